-- SPDX-License-Identifier: MIT
--
-- Step 1: the tables of sessions, the journal and the outbox.  docs/schema.md has their meaning.

-- No index on the journal: it is written far more often than it is read.
CREATE TABLE journal (
    number INTEGER PRIMARY KEY, session INTEGER NOT NULL, at_ms INTEGER NOT NULL,
    line TEXT NOT NULL
) STRICT;

CREATE TABLE digest (
    session INTEGER NOT NULL, event_number INTEGER NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32), PRIMARY KEY (session, event_number)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    number INTEGER PRIMARY KEY, uid TEXT UNIQUE, title TEXT, programme TEXT,
    module INTEGER NOT NULL DEFAULT 0, organiser_id TEXT, tenant_id TEXT, service_url TEXT,
    starts_ms INTEGER, state INTEGER NOT NULL DEFAULT 0, opened_ms INTEGER, ended_ms INTEGER
) STRICT;

CREATE TABLE block (
    session INTEGER NOT NULL, block INTEGER NOT NULL, kind INTEGER NOT NULL,
    creditable INTEGER NOT NULL, state INTEGER NOT NULL, from_ms INTEGER, to_ms INTEGER,
    PRIMARY KEY (session, block)
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
    session INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT, object_id TEXT,
    teams_id TEXT, email TEXT, conversation_id TEXT, profession TEXT,
    PRIMARY KEY (session, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE place (
    session INTEGER NOT NULL, place INTEGER NOT NULL, name TEXT, thread_id TEXT,
    meeting_id TEXT, join_url TEXT, subscription_id TEXT, client_state TEXT,
    subscription_ends_ms INTEGER, PRIMARY KEY (session, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE presence (
    session INTEGER NOT NULL, span INTEGER NOT NULL, person INTEGER NOT NULL,
    place INTEGER NOT NULL, source INTEGER NOT NULL, from_ms INTEGER, to_ms INTEGER,
    PRIMARY KEY (session, span)
) STRICT, WITHOUT ROWID;

CREATE TABLE allocation (
    session INTEGER NOT NULL, block INTEGER NOT NULL, person INTEGER NOT NULL,
    place INTEGER NOT NULL, PRIMARY KEY (session, block, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE poll (
    session INTEGER NOT NULL, poll INTEGER NOT NULL, block INTEGER NOT NULL,
    state INTEGER NOT NULL, likert INTEGER NOT NULL, choices INTEGER NOT NULL,
    answers INTEGER NOT NULL, minimum_answers INTEGER NOT NULL, counts TEXT NOT NULL,
    PRIMARY KEY (session, poll)
) STRICT, WITHOUT ROWID;

CREATE TABLE vote (
    session INTEGER NOT NULL, poll INTEGER NOT NULL, person INTEGER NOT NULL,
    choice INTEGER NOT NULL, PRIMARY KEY (session, poll, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE register (
    session INTEGER NOT NULL, person INTEGER NOT NULL, version INTEGER NOT NULL,
    verdict INTEGER NOT NULL, role INTEGER NOT NULL, creditable_ms INTEGER NOT NULL,
    attended_ms INTEGER NOT NULL, presumed_ms INTEGER NOT NULL, absent_ms INTEGER NOT NULL,
    longest_absence_ms INTEGER NOT NULL, first_ms INTEGER, last_ms INTEGER,
    PRIMARY KEY (session, person, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    number INTEGER PRIMARY KEY, lane INTEGER NOT NULL, session INTEGER NOT NULL,
    what INTEGER NOT NULL, party INTEGER NOT NULL, person INTEGER, place INTEGER,
    block INTEGER NOT NULL, poll INTEGER NOT NULL, made_ms INTEGER NOT NULL,
    state INTEGER NOT NULL, attempts INTEGER NOT NULL, status INTEGER NOT NULL,
    settled_ms INTEGER, method TEXT NOT NULL, path TEXT NOT NULL, body TEXT NOT NULL,
    remote_id TEXT
) STRICT;

CREATE TABLE seen (
    key TEXT PRIMARY KEY, at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE meaning (
    what TEXT NOT NULL, number INTEGER NOT NULL, word TEXT NOT NULL,
    PRIMARY KEY (what, number)
) STRICT, WITHOUT ROWID;

-- Words for the numbers that the tables hold.
INSERT INTO meaning VALUES
    ('session state', 0, 'absent'), ('session state', 1, 'planned'),
    ('session state', 2, 'open'), ('session state', 3, 'running'),
    ('session state', 4, 'over'), ('session state', 5, 'closed'),
    ('block kind', 0, 'plenary'), ('block kind', 1, 'round'), ('block kind', 2, 'poll'),
    ('block kind', 3, 'break'), ('block kind', 4, 'individual'), ('block kind', 5, 'admin'),
    ('block state', 0, 'ahead'), ('block state', 1, 'current'), ('block state', 2, 'done'),
    ('block state', 3, 'skipped'),
    ('poll state', 0, 'absent'), ('poll state', 1, 'draft'), ('poll state', 2, 'open'),
    ('poll state', 3, 'closed'), ('poll state', 4, 'shown'),
    ('source', 0, 'none'), ('source', 1, 'bot'), ('source', 2, 'graph'),
    ('source', 3, 'relay'), ('source', 4, 'report'), ('source', 5, 'import'),
    ('source', 6, 'page'), ('source', 7, 'clock'),
    ('role', 0, 'participant'), ('role', 1, 'facilitator'), ('role', 2, 'producer'),
    ('role', 3, 'observer'),
    ('verdict', 0, 'none'), ('verdict', 1, 'attended'), ('verdict', 2, 'partly'),
    ('verdict', 3, 'did not attend'), ('verdict', 4, 'to be clarified'),
    ('delivery state', 0, 'waiting'), ('delivery state', 1, 'done'),
    ('delivery state', 2, 'given up');

-- What people ask for, in words, minutes and ISO times.
CREATE VIEW register_current AS
    SELECT * FROM register AS r
    WHERE version = (
        SELECT max(version) FROM register WHERE session = r.session AND person = r.person);

CREATE VIEW session_view AS
    SELECT
        number, uid, title, module,
        (SELECT word FROM meaning WHERE what = 'session state' AND number = state) AS state,
        strftime('%Y-%m-%dT%H:%M:%fZ', starts_ms / 1000.0, 'unixepoch') AS starts,
        strftime('%Y-%m-%dT%H:%M:%fZ', opened_ms / 1000.0, 'unixepoch') AS opened,
        strftime('%Y-%m-%dT%H:%M:%fZ', ended_ms / 1000.0, 'unixepoch') AS ended,
        (SELECT count(*) FROM person WHERE person.session = session.number) AS people
    FROM session;

CREATE VIEW attendance_view AS
    SELECT
        r.session, s.uid, s.title, r.person, p.name, p.email, p.profession,
        (SELECT word FROM meaning WHERE what = 'role' AND number = r.role) AS role,
        (SELECT word FROM meaning WHERE what = 'verdict' AND number = r.verdict) AS verdict,
        r.version,
        strftime('%Y-%m-%dT%H:%M:%fZ', r.first_ms / 1000.0, 'unixepoch') AS first_seen,
        strftime('%Y-%m-%dT%H:%M:%fZ', r.last_ms / 1000.0, 'unixepoch') AS last_seen,
        round(r.attended_ms / 60000.0, 3) AS attended_minutes,
        round(r.presumed_ms / 60000.0, 3) AS presumed_minutes,
        round(r.absent_ms / 60000.0, 3) AS absent_minutes,
        round(r.longest_absence_ms / 60000.0, 3) AS longest_absence_minutes,
        round(r.creditable_ms / 60000.0, 3) AS creditable_minutes,
        CASE WHEN r.creditable_ms > 0
            THEN round(100.0 * r.attended_ms / r.creditable_ms, 3) END AS share_percent
    FROM register_current AS r
    LEFT JOIN session AS s ON s.number = r.session
    LEFT JOIN person AS p ON p.session = r.session AND p.number = r.person;

CREATE VIEW presence_view AS
    SELECT
        v.session, v.person, p.name, v.place,
        CASE v.place WHEN 0 THEN 'main meeting' WHEN 65534 THEN 'page'
            ELSE coalesce(l.name, 'room ' || v.place) END AS place_name,
        (SELECT word FROM meaning WHERE what = 'source' AND number = v.source) AS source,
        strftime('%Y-%m-%dT%H:%M:%fZ', v.from_ms / 1000.0, 'unixepoch') AS joined,
        strftime('%Y-%m-%dT%H:%M:%fZ', v.to_ms / 1000.0, 'unixepoch') AS left_at
    FROM presence AS v
    LEFT JOIN person AS p ON p.session = v.session AND p.number = v.person
    LEFT JOIN place AS l ON l.session = v.session AND l.place = v.place;

CREATE VIEW room_view AS
    SELECT
        a.session, a.block, a.place AS room, coalesce(l.name, 'room ' || a.place) AS room_name,
        a.person, p.name, p.profession
    FROM allocation AS a
    LEFT JOIN person AS p ON p.session = a.session AND p.number = a.person
    LEFT JOIN place AS l ON l.session = a.session AND l.place = a.place;

CREATE VIEW block_view AS
    SELECT
        session, block,
        (SELECT word FROM meaning WHERE what = 'block kind' AND number = kind) AS kind,
        (SELECT word FROM meaning WHERE what = 'block state' AND number = state) AS state,
        creditable, strftime('%Y-%m-%dT%H:%M:%fZ', from_ms / 1000.0, 'unixepoch') AS begins,
        strftime('%Y-%m-%dT%H:%M:%fZ', to_ms / 1000.0, 'unixepoch') AS ends
    FROM block;

-- Results of fewer than minimum_answers stay NULL: they could point at a person.
CREATE VIEW poll_result AS
    SELECT
        t.session, t.poll, t.block,
        (SELECT word FROM meaning WHERE what = 'poll state' AND number = t.state) AS state,
        c.key AS choice, t.answers,
        CASE WHEN t.answers >= t.minimum_answers THEN c.value END AS votes
    FROM poll AS t, json_each(t.counts) AS c;
