/** Each pair of values: its rows on Deluge. */
import {liveThrough} from './living.fixture.ts'
import {pairs} from './rows.ts'

liveThrough(pairs.filter(({kind}) => kind === 'deluge'))
