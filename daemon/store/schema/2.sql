-- SPDX-License-Identifier: MIT
--
-- Step 2: the real wire.  Notifications that wait for their decryption, and what became of a
-- delivery whose answer was lost.

-- A collection of notifications as it came, until its encrypted items have been taken.
CREATE TABLE inbox (
    number INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, whose TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;

INSERT INTO meaning VALUES
    ('delivery state', 3, 'outcome unknown'),
    ('delivery state', 4, 'given up: outcome unknown'), ('delivery state', 5, 'superseded');

-- Stretches in which nobody told us live who was in a meeting, and whether its reports have
-- covered that since.
CREATE TABLE gap (
    session INTEGER NOT NULL, place INTEGER NOT NULL, from_ms INTEGER NOT NULL,
    to_ms INTEGER, state INTEGER NOT NULL,
    PRIMARY KEY (session, place, from_ms)
) STRICT, WITHOUT ROWID;

INSERT INTO meaning VALUES
    ('gap state', 0, 'open'), ('gap state', 1, 'over'), ('gap state', 2, 'covered');

CREATE VIEW gap_view AS
    SELECT
        g.session, s.uid, g.place,
        CASE g.place WHEN 0 THEN 'main meeting' ELSE coalesce(l.name, 'room ' || g.place)
            END AS place_name,
        (SELECT word FROM meaning WHERE what = 'gap state' AND number = g.state) AS state,
        strftime('%Y-%m-%dT%H:%M:%fZ', g.from_ms / 1000.0, 'unixepoch') AS begins,
        strftime('%Y-%m-%dT%H:%M:%fZ', g.to_ms / 1000.0, 'unixepoch') AS ends
    FROM gap AS g
    LEFT JOIN session AS s ON s.number = g.session
    LEFT JOIN place AS l ON l.session = g.session AND l.place = g.place;

-- Creditable time in gaps that nobody covered: why a line is to be clarified.
ALTER TABLE register ADD COLUMN unheard_ms INTEGER NOT NULL DEFAULT 0;

-- When a subscription is renewed, and which of our certificates it encrypts for.
ALTER TABLE place ADD COLUMN subscription_renew_ms INTEGER;
ALTER TABLE place ADD COLUMN certificate_id TEXT NOT NULL DEFAULT '';
-- When a request that must not be made twice was about to leave; NULL once it is known not to
-- have been taken.  What waits and has left when we start was in flight when we died.
ALTER TABLE outbox ADD COLUMN left_ms INTEGER;

-- Sessions that are a webinar's, and who registered there.
CREATE TABLE webinar (
    session INTEGER PRIMARY KEY, event_id TEXT NOT NULL, session_id TEXT NOT NULL
) STRICT;

CREATE TABLE registration (
    session INTEGER NOT NULL, registration_id TEXT NOT NULL, person INTEGER NOT NULL,
    status INTEGER NOT NULL, employer TEXT NOT NULL,
    PRIMARY KEY (session, registration_id)
) STRICT, WITHOUT ROWID;

INSERT INTO meaning VALUES
    ('registration status', 0, 'unknown'), ('registration status', 1, 'registered'),
    ('registration status', 2, 'canceled'), ('registration status', 3, 'waitlisted'),
    ('registration status', 4, 'pendingApproval'),
    ('registration status', 5, 'rejectedByOrganizer');

-- Conversations that refused us: nothing is sent there until they may take it again.
CREATE TABLE chat (
    id TEXT PRIMARY KEY, state INTEGER NOT NULL, code TEXT NOT NULL, since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO meaning VALUES
    ('chat state', 0, 'ok'), ('chat state', 1, 'uninstalled'), ('chat state', 2, 'blocked'),
    ('chat state', 3, 'gone');
