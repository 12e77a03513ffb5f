//! Other languages are not taken for English, whatever English words and lines stand among theirs.

use beholden::Engine;
use whatlang::{Lang, detect};

/// Mail in languages that no lexicon is for.
const OTHERS: &[(&str, &str)] = &[
    (
        "af",
        "Goeie môre almal. Ek stuur hierby die notule van gister se vergadering en die lys van mense wat nog nie betaal het nie. \
         Laat weet my asseblief voor Vrydag of julle kan kom, want ons moet die saal betyds bespreek.",
    ),
    (
        "ca",
        "Bon dia a tothom. Us envio les actes de la reunió d'ahir i la llista de les persones que encara no han pagat la quota. \
         Digueu-me abans de divendres si podeu venir, perquè hem de reservar la sala amb temps.",
    ),
    (
        "cs",
        "Dobrý den všem. Posílám zápis ze včerejší schůze a seznam lidí, kteří ještě nezaplatili příspěvek. Dejte mi prosím do \
         pátku vědět, jestli můžete přijít, protože musíme sál objednat včas.",
    ),
    (
        "cy",
        "Bore da bawb. Dyma gofnodion y cyfarfod ddoe a rhestr y bobl sydd heb dalu eto. Rhowch wybod i mi cyn dydd Gwener os \
         gallwch chi ddod, achos mae'n rhaid i ni archebu'r neuadd mewn pryd ar gyfer y plant.",
    ),
    (
        "de",
        "Guten Morgen zusammen. Anbei schicke ich das Protokoll der gestrigen Sitzung und die Liste derer, die noch nicht bezahlt \
         haben. Bitte gebt mir bis Freitag Bescheid, ob ihr kommen könnt, weil wir den Saal rechtzeitig buchen müssen.",
    ),
    (
        "eo",
        "Bonan matenon al ĉiuj. Mi sendas la protokolon de la hieraŭa kunveno kaj la liston de homoj, kiuj ankoraŭ ne pagis. \
         Bonvolu sciigi min antaŭ vendredo, ĉu vi povos veni, ĉar ni devas mendi la salonon ĝustatempe.",
    ),
    (
        "es",
        "Buenos días a todos. Os envío el acta de la reunión de ayer y la lista de las personas que todavía no han pagado la \
         cuota. Decidme antes del viernes si podéis venir, porque tenemos que reservar la sala con tiempo.",
    ),
    (
        "et",
        "Tere hommikust kõigile. Saadan eilse koosoleku protokolli ja nimekirja inimestest, kes ei ole veel maksnud. Palun andke \
         mulle enne reedet teada, kas saate tulla, sest me peame saali õigel ajal kinni panema.",
    ),
    (
        "fi",
        "Hyvää huomenta kaikille. Lähetän eilisen kokouksen pöytäkirjan ja luettelon niistä, jotka eivät ole vielä maksaneet. \
         Ilmoittakaa minulle ennen perjantaita, voitteko tulla, koska sali on varattava ajoissa.",
    ),
    (
        "fr",
        "Bonjour à toutes et à tous. Je vous envoie le compte rendu de la réunion d'hier et la liste des personnes qui n'ont pas \
         encore payé. Dites-moi avant vendredi si vous pouvez venir, parce que nous devons réserver la salle à temps.",
    ),
    (
        "hr",
        "Dobro jutro svima. Šaljem zapisnik jučerašnjeg sastanka i popis ljudi koji još nisu platili članarinu. Javite mi do \
         petka možete li doći, jer moramo na vrijeme rezervirati dvoranu.",
    ),
    (
        "hu",
        "Jó reggelt mindenkinek. Küldöm a tegnapi ülés jegyzőkönyvét és azok névsorát, akik még nem fizettek. Kérem, péntekig \
         jelezzétek, hogy el tudtok-e jönni, mert időben le kell foglalnunk a termet.",
    ),
    (
        "id",
        "Selamat pagi semuanya. Saya kirimkan catatan rapat kemarin dan daftar orang yang belum membayar iuran. Tolong beri tahu \
         saya sebelum hari Jumat apakah kalian bisa datang, karena kita harus memesan ruangan tepat waktu.",
    ),
    (
        "it",
        "Buongiorno a tutti. Vi mando il verbale della riunione di ieri e l'elenco delle persone che non hanno ancora pagato. \
         Fatemi sapere entro venerdì se potete venire, perché dobbiamo prenotare la sala in tempo.",
    ),
    (
        "la",
        "Salvete omnes. Mitto vobis acta conventus hesterni et nomina eorum qui nondum pecuniam solverunt. Quaeso ante diem \
         Veneris mihi nuntietis utrum venire possitis, quia aula nobis tempestive conducenda est.",
    ),
    (
        "lt",
        "Labas rytas visiems. Siunčiu vakarykščio susirinkimo protokolą ir sąrašą žmonių, kurie dar nesumokėjo mokesčio. Prašau \
         iki penktadienio pranešti, ar galėsite ateiti, nes salę turime užsakyti laiku.",
    ),
    (
        "nl",
        "Goedemorgen allemaal. Hierbij stuur ik het verslag van de vergadering van gisteren en de lijst van mensen die nog niet \
         betaald hebben. Laat me voor vrijdag weten of jullie kunnen komen, want we moeten de zaal op tijd reserveren.",
    ),
    (
        "pl",
        "Dzień dobry wszystkim. Przesyłam protokół z wczorajszego zebrania i listę osób, które jeszcze nie zapłaciły składki. \
         Dajcie mi znać do piątku, czy możecie przyjść, bo musimy na czas zarezerwować salę.",
    ),
    (
        "pt",
        "Bom dia a todos. Envio a ata da reunião de ontem e a lista das pessoas que ainda não pagaram a quota. Digam-me até \
         sexta-feira se podem vir, porque temos de reservar a sala com tempo.",
    ),
    (
        "ro",
        "Bună dimineața tuturor. Vă trimit procesul verbal al ședinței de ieri și lista persoanelor care nu au plătit încă. Vă \
         rog să-mi spuneți până vineri dacă puteți veni, pentru că trebuie să rezervăm sala din timp.",
    ),
    (
        "sv",
        "God morgon allihop. Här kommer protokollet från mötet i går och listan över dem som inte har betalat än. Hör av er före \
         fredag om ni kan komma, för vi måste boka salen i god tid.",
    ),
    (
        "tl",
        "Magandang umaga sa inyong lahat. Ipinapadala ko ang katitikan ng pulong kahapon at ang listahan ng mga hindi pa \
         nakakabayad. Sabihin ninyo sa akin bago mag Biyernes kung makakapunta kayo, dahil kailangan nating ipareserba ang bulwagan.",
    ),
    (
        "tr",
        "Herkese günaydın. Dünkü toplantının tutanağını ve henüz ödeme yapmayanların listesini gönderiyorum. Gelip \
         gelemeyeceğinizi lütfen cuma gününe kadar bana bildirin, çünkü salonu zamanında ayırtmamız gerekiyor.",
    ),
    (
        "zu",
        "Sanibonani nonke. Ngithumela amaminithi omhlangano wayizolo kanye nohlu lwabantu abangakakhokhi. Ngicela ningazise \
         ngaphambi kukaLwesihlanu ukuthi nizokwazi yini ukufika, ngoba kufanele sibhukhe ihholo ngesikhathi.",
    ),
];

/// A mail with English among its words, in ways in which such mail has it.
fn mixed(text: &str) -> [String; 5] {
    [
        format!("Re: Windows Update and the new iPhone\n\n{text}\n"),
        text.replacen(". ", ".\nhttps://www.example.org/the/best-of/our-year?from=you&with=this\n", 1),
        format!("{text}\n\nSent from my iPhone\n"),
        format!("{text}\n{text}\n\nclick here to remove yourself from our emails list\n"),
        format!("{text}\n{text}\n\nThis e-mail was checked for viruses by Example Mail Security.\n"),
    ]
}

/// Whether the trigrams alone say that a text is in another language.
fn is_surely_other(text: &str) -> bool {
    detect(text).is_some_and(|info| info.is_reliable() && info.lang() != Lang::Eng)
}

#[test]
fn other_languages_are_named() {
    let engine = Engine::new().unwrap();
    for (code, text) in OTHERS {
        let report = engine.analyze(text);
        assert_eq!((report.language.as_deref(), report.abstained), (Some(*code), Some("language")), "{text}");
    }
}

#[test]
fn no_short_way_calls_english_what_is_surely_something_else() {
    let engine = Engine::new().unwrap();
    let mut mails = Vec::new();
    for (_, text) in OTHERS {
        mails.extend(mixed(text));
        for words in (20..40).step_by(4) {
            let piece: Vec<&str> = text.split(' ').take(words).collect();
            mails.push(piece.join(" "));
        }
    }
    let judged: Vec<_> = mails.iter().filter(|m| is_surely_other(m) && engine.analyze(m).abstained != Some("language")).collect();
    assert!(judged.is_empty(), "{judged:#?}");
}

#[test]
fn english_is_judged_with_accents_names_addresses_and_few_function_words() {
    let engine = Engine::new().unwrap();
    for text in [
        "Café Zoë’s “Crème Brûlée” tasting – £20 a head – now takes bookings from Señor Núñez’s guests (façade entrance only)…",
        "Rail workers walk out over pay\nhttps://news.example/2024/05/17/rail-workers-walk-out?ref=front\nUnion leaders reject latest \
         offer, blaming ministers for weeks of delays",
        "Invoice 4711\nQty 3 oak shelves, 120 x 30 cm, white\nQty 1 desk lamp\nDelivery Tuesday between nine and noon, side \
         entrance\nQueries: shop@timber.example",
        // One word that another language has too, again and again.
        "Weekend deals: Oakshop.com laptops half price. Elmstore.com garden furniture clearance. Ashmart.com TVs under $300. \
         Yewhouse.com rugs 70% off. Limegoods.com summer dresses.",
        "Job alert: Java developer, Pune. Interview 10 AM IST. Walk-in 2 PM IST. Test 4 PM IST. Result 6 PM IST. Apply through \
         the portal, carry resume, photo, certificates.",
        "Schedule, all times EST\nKeynote 9:00 EST\nPanel discussion 10:30 EST\nLunch break 12:00 EST\nWorkshop 1:30 EST\n\
         Networking drinks 5:00 EST",
        "Garage door repair special! Garage door springs $99. Garage door openers $199. New garage door installation $599. \
         Call Mike's Door Service today.",
        "Knit hat patterns: bobble hat, sun hat, bucket hat, cowboy hat, baby hat, winter hat. Download instantly, print \
         anywhere, knit tonight.",
        "Elle magazine offer: Elle print edition, Elle digital edition, Elle beauty guide, Elle fashion almanac, Elle wall \
         calendar, Elle tote bag.",
        "Non-profit, non-stick and non-slip mats, non-toxic paint, non-fiction books, non-alcoholic beer, non-dairy ice cream.",
    ] {
        let report = engine.analyze(text);
        assert_eq!((report.language.as_deref(), report.abstained), (Some("en"), None), "{text}");
    }
}
