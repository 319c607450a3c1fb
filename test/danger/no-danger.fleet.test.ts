/** Where nothing speaks against it, everything goes: else all other rows would prove nothing. */
import {isFull} from '#test/proof.ts'
import {axes} from './axes.ts'
import {liveThrough} from './living.fixture.ts'
import {noDanger} from './rows.ts'

/** Each kind and each wish once. */
const few = noDanger.filter(({kind, wish}) => axes.kind.indexOf(kind) === axes.wish.indexOf(wish))

liveThrough(isFull ? noDanger : few)
