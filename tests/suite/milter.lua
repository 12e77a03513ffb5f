-- Two messages on one connection, the first given up half way.
conn = mt.connect("inet:PORT@127.0.0.1")
if conn == nil then error("mt.connect() failed") end
mt.conninfo(conn, "localhost", "127.0.0.1")
if mt.getreply(conn) ~= SMFIR_CONTINUE then error("connection refused") end
mt.helo(conn, "client.example.org")
if mt.getreply(conn) ~= SMFIR_CONTINUE then error("helo refused") end

mt.mailfrom(conn, "a@example.org")
mt.rcptto(conn, "b@example.org")
mt.header(conn, "Subject", "Tuesday")
mt.abort(conn)

mt.macro(conn, SMFIC_MAIL, "i", "QUEUEID")
mt.mailfrom(conn, "a@example.org")
mt.rcptto(conn, "b@example.org")
mt.header(conn, "X-Beholden-Level", "none")
mt.header(conn, "Subject", "Your turn")
mt.header(conn, "x-beholden-level", "goodwill")
mt.eoh(conn)
mt.bodystring(conn, "After all we have done for you, the least you could do is send $20.\r\n")
mt.eom(conn)
if mt.getreply(conn) ~= SMFIR_CONTINUE then error("message refused") end
if not mt.eom_check(conn, MT_HDRINSERT, "X-Beholden-Level", "pressure") then error("no level") end
if not mt.eom_check(conn, MT_HDRINSERT, "X-Beholden-Status") then error("no status") end
if not mt.eom_check(conn, MT_HDRDELETE, "X-Beholden-Level", 1) then error("forged header 1 stays") end
if not mt.eom_check(conn, MT_HDRDELETE, "X-Beholden-Level", 2) then error("forged header 2 stays") end
mt.disconnect(conn)
mt.echo("all as it should be")
