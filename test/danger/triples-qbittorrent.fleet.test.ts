/** Each three values that come together on qBittorrent, in the full proof. */
import {liveThroughMany} from './living.fixture.ts'
import {triples} from './rows.ts'

liveThroughMany(() => triples('qbittorrent'))
