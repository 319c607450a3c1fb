/** Everything that will be different for the owner of this configuration, most careful first. Pure. */
import {differenceWeights, type Difference} from '#model/qbitrr-migration.ts'
import {arrTellings} from './arrs.ts'
import {Keys} from './keys.ts'
import {programTellings} from './program.ts'
import {removalTellings} from './removal.ts'
import {searchTellings} from './searching.ts'
import type {Telling} from './telling.ts'

export const tellings: readonly Telling[] = [
  ...[...removalTellings, ...arrTellings],
  ...[...searchTellings, ...programTellings],
]

export function differencesOf(loaded: Keys['loaded']): readonly Difference[] {
  const keys = new Keys(loaded)
  const told = tellings.flatMap((telling) => differenceOf(telling, keys))
  return differenceWeights.flatMap((weight) => told.filter((it) => it.weight === weight))
}

function differenceOf({places, ...words}: Telling, keys: Keys): Difference[] {
  const found = places(keys)
  if (found === 'everywhere') return [{...words, places: []}]
  return found.length === 0 ? [] : [{...words, places: found}]
}
