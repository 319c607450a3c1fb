/** What is deleted past the trash leaves a cross-seed beside it whole, on one real daemon of each kind. */
import {axes} from '../end-to-end/removal-rows.ts'
import {removals} from '../end-to-end/removals.fixture.ts'

removals(
  axes.kind.map((kind) => ({
    kind,
    version: 'oldest',
    route: 'past the trash',
    state: 'seeds',
    placement: 'cross-seed beside',
    layout: 'one folder',
    mapping: 'both mapped',
  })),
)
