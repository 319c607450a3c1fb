/** The program is killed while it looks after downloads on two qBittorrents of different age. */
import {hostSuite, readySuites} from '#lab/daemons/suites.ts'
import {kills} from './kills.fixture.ts'

const host = hostSuite() ?? 'bookworm'
const other = readySuites().find((suite) => suite !== host) ?? host

kills([
  {id: 'qBit', kind: 'qbittorrent', suite: host},
  {id: 'qBit-second', kind: 'qbittorrent', suite: other},
])
