-- After a restore and before any worker runs: what was in SQS at the restored moment goes back into the outbox, to be sent again.
-- The outbox forgets a message once SQS has it, and SQS was not restored: without this, such an event would have no effects, and
-- nobody would be told. What was done before that moment is known to the inbox, so nothing is done twice here. May be run again.
-- MySQL 8.4 and MariaDB; the desk's own rights are enough. docs/operations.md says when, scripts/drill-restore tries it.

-- Events. Older ones are out of any queue (SQS keeps 14 days), and may be done though the inbox has forgotten them. What lies on
-- the desk waits there for a person, and what a person has discarded stays undone.
INSERT INTO outbox (id, type, body, available_at, created_at)
SELECT event.id, event.type, NULL, event.occurred_at, event.occurred_at
FROM events AS event
JOIN (SELECT MAX(occurred_at) AS moment FROM events) AS newest
WHERE event.occurred_at > newest.moment - 14 * 86400 * 1000000
  AND NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.message_id = event.id)
  AND NOT EXISTS (SELECT 1 FROM outbox AS here WHERE here.id = event.id)
  AND NOT EXISTS (SELECT 1 FROM queue_messages WHERE queue_messages.message_id = event.id)
  AND NOT EXISTS (SELECT 1 FROM dead_letters AS letter WHERE letter.message_id = event.id AND letter.state IN ('open', 'discarded'));

-- Mails and webhooks that were still to be attempted: the message that asks for the next attempt (crates/domain/src/delivery.rs).
INSERT INTO outbox (id, type, body, available_at, created_at)
SELECT message.id, message.type,
       JSON_OBJECT('specversion', '1.0', 'id', message.id, 'source', '/comptoir', 'type', message.type, 'subject', message.subject,
                   'time', DATE_FORMAT(TIMESTAMPADD(MICROSECOND, message.created_at, '1970-01-01'), '%Y-%m-%dT%H:%i:%s.%fZ'),
                   'datacontenttype', 'application/json',
                   'data', JSON_OBJECT('event_id', message.event_id, 'target', message.target, 'attempt', message.attempts + 1)),
       COALESCE(message.next_attempt_at, message.created_at), message.created_at
FROM (SELECT id, subject, event_id, target, attempts, next_attempt_at, created_at,
             CASE kind WHEN 'mail' THEN 'MAIL' WHEN 'webhook' THEN 'WEBHOOK' ELSE 'WEBHOOK_REPLAY' END AS type
      FROM deliveries WHERE state = 'pending') AS message
WHERE NOT EXISTS (SELECT 1 FROM outbox AS here WHERE here.id = message.id)
  AND NOT EXISTS (SELECT 1 FROM queue_messages WHERE queue_messages.message_id = message.id);
