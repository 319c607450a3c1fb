/** Each danger alone on the kinds of server on which the quick proof does not try it, in the full proof. */
import {liveThroughMany} from './living.fixture.ts'
import {oneDangerElsewhere} from './rows.ts'

liveThroughMany(oneDangerElsewhere)
