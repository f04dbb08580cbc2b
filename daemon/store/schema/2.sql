-- SPDX-License-Identifier: MIT
--
-- Step 2: the real wire.  Notifications that wait for their decryption, and what became of a
-- delivery whose answer was lost.

INSERT INTO meaning VALUES
    ('delivery state', 3, 'outcome unknown');
