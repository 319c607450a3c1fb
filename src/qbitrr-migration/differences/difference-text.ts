import type {Difference, DifferencePlace} from '#model/qbitrr-migration.ts'
import type {Keys} from './keys.ts'

type Words = Pick<Difference, 'id' | 'weight' | 'before' | 'now' | 'why' | 'change'>

/** What is different, and whom it concerns. */
export interface DifferenceText extends Words {
  /** The keys that make the difference; none = nobody here. `everywhere`: no key does, it is always so. */
  readonly places: (keys: Keys) => readonly DifferencePlace[] | 'everywhere'
  /** Of what does more: its presets, each of which asks first in an inherited file. */
  readonly rules?: readonly string[]
}

/** For what no key decides: it concerns whoever has an Arr that is looked after. */
export function withArrs({arrs}: Keys): readonly DifferencePlace[] | 'everywhere' {
  return arrs.length > 0 ? 'everywhere' : []
}
