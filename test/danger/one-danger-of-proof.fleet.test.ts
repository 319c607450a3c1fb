/** Where one thing alone speaks against it, that is enough: what is owed, and what an Arr has to say. */
import {isOfProof, liveThrough} from './living.fixture.ts'
import {oneDanger} from './rows.ts'

liveThrough(oneDanger.filter(isOfProof))
