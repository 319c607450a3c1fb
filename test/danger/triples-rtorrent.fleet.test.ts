/** Each three values that come together on rTorrent, in the full proof. */
import {liveThroughMany} from './living.fixture.ts'
import {triples} from './rows.ts'

liveThroughMany(() => triples('rtorrent'))
