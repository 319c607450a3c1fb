/** Each three values that come together on Deluge, in the full proof. */
import {liveThroughMany} from './living.fixture.ts'
import {triples} from './rows.ts'

liveThroughMany(() => triples('deluge'))
