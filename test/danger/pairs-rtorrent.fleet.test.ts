/** Each pair of values: its rows on rTorrent. */
import {liveThrough} from './living.fixture.ts'
import {pairs} from './rows.ts'

liveThrough(pairs.filter(({kind}) => kind === 'rtorrent'))
