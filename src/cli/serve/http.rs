//! The HTTP interface: a message or text in, the report out.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Incoming};
use hyper::header::{ALLOW, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::json;
use tokio::time::timeout;

use crate::charset;
use crate::cli::headers::message_id;
use crate::cli::id::Id;
use crate::cli::json_lines;
use crate::cli::render;
use crate::cli::schema;
use crate::cli::serve::listen::Stream;
use crate::cli::serve::service::{Content, Room, Service, Trouble, Wire};

const JSON: &str = "application/json";
const METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Serves one connection, which may bring many requests.
pub(crate) async fn serve(service: &Arc<Service>, stream: impl Stream + 'static, peer: &str) {
    let answer = service_fn(|request| async move { Ok::<_, Infallible>(answer(service, request, peer).await) });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(service.limits.timeout)
        .max_headers(service.limits.max_headers)
        .serve_connection(TokioIo::new(stream), answer);
    let mut connection = pin!(connection);
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = service.stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        let trouble = if error.is_parse_too_large() {
            Trouble::TooManyHeaders { limit: service.limits.max_headers }
        } else if error.is_parse() {
            Trouble::Protocol(error.to_string())
        } else if error.is_timeout() {
            Trouble::Timeout { limit: service.limits.timeout }
        } else {
            Trouble::Io(std::io::Error::other(error))
        };
        service.failed(Wire::Http, peer, &trouble);
    }
}

/// The bytes of an answer to a connection that is not served.
pub(crate) fn refusal(trouble: &Trouble) -> Vec<u8> {
    let body = error_body(trouble);
    format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: {JSON}\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

async fn answer(service: &Arc<Service>, request: Request<Incoming>, peer: &str) -> Response<Full<Bytes>> {
    match (request.uri().path(), request.method()) {
        ("/v1/analyze", &Method::POST) => analyze(service, request, peer).await,
        ("/v1/analyze", _) => wrong_method("POST"),
        ("/healthz" | "/metrics" | "/v1/schema", method) if *method != Method::GET && *method != Method::HEAD => {
            wrong_method("GET, HEAD")
        }
        ("/healthz", _) if service.stop.is_cancelled() => response(StatusCode::SERVICE_UNAVAILABLE, "text/plain", "stopping\n"),
        ("/healthz", _) => response(StatusCode::OK, "text/plain", "ok\n"),
        ("/metrics", _) => response(StatusCode::OK, METRICS, service.metrics.text()),
        ("/v1/schema", _) => response(StatusCode::OK, "application/schema+json", schema::report()),
        _ => error(StatusCode::NOT_FOUND, "there are /v1/analyze, /v1/schema, /healthz and /metrics"),
    }
}

async fn analyze(service: &Arc<Service>, request: Request<Incoming>, peer: &str) -> Response<Full<Bytes>> {
    let limit = service.limits.timeout;
    let judged = timeout(limit, judge(service, request, peer)).await;
    match judged.unwrap_or(Err(Failure::from(Trouble::Timeout { limit }))) {
        Ok(report) => response(StatusCode::OK, JSON, report),
        Err(Failure { status, trouble }) => {
            service.failed(Wire::Http, peer, &trouble);
            let mut response = response(status, JSON, error_body(&trouble));
            if status != StatusCode::BAD_REQUEST {
                // The rest of the body is not waited for.
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            if status == StatusCode::SERVICE_UNAVAILABLE {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            response
        }
    }
}

/// A request without a report.
struct Failure {
    status: StatusCode,
    trouble: Trouble,
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        let status = match trouble {
            Trouble::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Trouble::TooManyHeaders { .. } => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Trouble::TooManyConnections { .. } | Trouble::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Trouble::Timeout { .. } => StatusCode::REQUEST_TIMEOUT,
            Trouble::Protocol(_) | Trouble::Io(_) => StatusCode::BAD_REQUEST,
            Trouble::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self { status, trouble }
    }
}

async fn judge(service: &Arc<Service>, request: Request<Incoming>, peer: &str) -> Result<String, Failure> {
    let kind = Kind::of(&request)?;
    let mut room = Room::default();
    let body = body(service, request.into_body(), &mut room).await?;
    let bytes = body.len();
    let (id, content) = match kind {
        Kind::Message => (None, Content::Message(body)),
        Kind::Text { charset } => {
            let text = charset::decode(body, Some(charset.as_deref().unwrap_or("utf-8"))).text;
            (None, Content::Text { subject: String::new(), text })
        }
        Kind::Json => {
            let (id, content) = json_lines::parse(&body, 1).map_err(|(_, cause)| Trouble::Protocol(cause))?;
            let content = match content {
                json_lines::Content::Text { subject, text } => Content::Text { subject, text },
                json_lines::Content::Message(message) => Content::Message(message),
            };
            (Some(id), content)
        }
    };
    let message_id = if let Content::Message(message) = &content { message_id(message) } else { None };
    let who = json!({"peer": peer, "id": id.as_ref().map(Id::plain), "message_id": message_id, "bytes": bytes});
    let mut report = service.judge(Wire::Http, who, content).await?.report;
    let line = match id {
        Some(id) => render::json(&mut report, &id).ok().and_then(|line| String::from_utf8(line).ok()),
        None => serde_json::to_string(&report).ok(),
    };
    line.ok_or_else(|| Trouble::Internal.into())
}

/// What a request's body is.
enum Kind {
    Message,
    Text { charset: Option<String> },
    Json,
}

impl Kind {
    fn of(request: &Request<Incoming>) -> Result<Self, Failure> {
        let unsupported = |what: String| Failure { status: StatusCode::UNSUPPORTED_MEDIA_TYPE, trouble: Trouble::Protocol(what) };
        if let Some(encoding) = request.headers().get(CONTENT_ENCODING) {
            return Err(unsupported(format!("Content-Encoding {encoding:?} is not read")));
        }
        let header = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let mut pieces = header.split(';').map(str::trim);
        let charset = || {
            let parameters = header.split(';').skip(1).filter_map(|p| p.split_once('='));
            parameters.into_iter().find_map(|(name, value)| {
                name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"').to_owned())
            })
        };
        match pieces.next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "message/rfc822" => Ok(Self::Message),
            "text/plain" => Ok(Self::Text { charset: charset() }),
            JSON => Ok(Self::Json),
            _ => Err(unsupported("Content-Type is message/rfc822, text/plain or application/json".to_owned())),
        }
    }
}

/// Reads a body as far as there is room for it.
async fn body(service: &Service, mut body: Incoming, room: &mut Room) -> Result<Vec<u8>, Trouble> {
    let limit = service.limits.max_size;
    // Room is taken as the bytes come, whatever was announced.
    if body.size_hint().lower() > limit as u64 {
        return Err(Trouble::TooLarge { limit });
    }
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|e| Trouble::Io(std::io::Error::other(e)))?;
        if let Some(data) = frame.data_ref() {
            room.make(service, bytes.len() + data.len()).await?;
            bytes.extend_from_slice(data);
        }
    }
    Ok(bytes)
}

fn error_body(cause: &Trouble) -> String {
    json!({"error": cause.to_string()}).to_string()
}

fn error(status: StatusCode, cause: &str) -> Response<Full<Bytes>> {
    response(status, JSON, json!({"error": cause}).to_string())
}

fn wrong_method(allowed: &'static str) -> Response<Full<Bytes>> {
    let mut response = error(StatusCode::METHOD_NOT_ALLOWED, &format!("this takes {allowed}"));
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    response
}

fn response(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
