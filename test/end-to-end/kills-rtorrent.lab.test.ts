/** The program is killed while it looks after downloads on an rTorrent. */
import {hostSuite} from '#lab/daemons/suites.ts'
import {kills} from './kills.fixture.ts'

kills([{id: 'rTorrent-lab', kind: 'rtorrent', suite: hostSuite() ?? 'bookworm'}])
