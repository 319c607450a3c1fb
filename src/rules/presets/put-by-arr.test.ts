/** Which torrents of an Arr its rules are about: those that it put where they are, and not those that somebody took away. */
import {expect, test} from 'vitest'
import type {Row} from '../world.fixture.ts'
import {anArr, owned, ruleNamed, wants} from './inherited.fixture.ts'
import {stalledRules} from './stalled.ts'

const still: Row = {
  ...owned,
  state: 'stalledDown',
  hasMetadata: true,
  progress: 0.5,
  lastActivityAt: 1,
  sinceActivity: 3600,
  availability: 2,
  age: 7200,
}
const rule = ruleNamed(stalledRules(anArr({stalledDelay: 900}), true), 'radarr-4k.stalled')
const away = {'arr.usesCategory': undefined, 'arr.queuePresent': undefined}

for (const [what, changes, verdict] of [
  ['in the category of its section', {}, 'yes'],
  ['there, while its Arr cannot be asked', away, 'yes'],
  ['in the category of its second client', {category: 'films-hd', 'arr.usesCategory': true}, 'yes'],
  ['in its category for what is imported', {category: 'done', 'arr.usesCategory': true}, 'yes'],
  ['where a person moved it', {category: 'keep', 'arr.queuePresent': true}, 'no'],
  ['somewhere, while its Arr cannot be asked', {...away, category: 'keep'}, 'unknown'],
  ['without a category that its server lost', {category: '', 'arr.queuePresent': true}, 'yes'],
  ['without a category, and none of its queue', {category: '', 'arr.queuePresent': false}, 'no'],
  ['in its category, and of another Arr', {'arr.id': 'Radarr'}, 'no'],
] as const) {
  test(`a torrent ${what}: ${verdict}`, () => {
    expect(wants(rule, {...still, ...changes} as Row)).toBe(verdict)
  })
}
