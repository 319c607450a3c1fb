import {expect, test} from 'vitest'
import {usualSettings} from '#config/load.ts'
import {arrHarness, draft, sectionNamed} from '#registry/arrs/arrs-harness.fixture.ts'
import {asUserId} from '#model/access.ts'
import type {ConfirmedCaution} from '#model/qbitrr-migration.ts'
import {inheritedSections} from './inherited-sections.ts'
import {modeOfAdded, presetsInForce} from './presets-in-force.ts'

const config = {
  settings: usualSettings,
  serverRules: new Map(),
  otherTrackers: new Map(),
  said: new Set<string>(),
  isInherited: false,
  isWrittenByQbitrr: false,
}

/** One Arr of the file, and one that Ann added. */
async function presets(confirmed: ConfirmedCaution | null = null) {
  const harness = await arrHarness([sectionNamed('Radarr')])
  const {directory} = harness
  const {id} = await harness.service.create(harness.as('ann'), draft())
  const inherited = inheritedSections({
    ...config,
    arrs: directory.active(),
    arrCategories: directory.categories(),
    profiles: [],
    compartmentOf: () => null,
    observes: false,
    hasFfprobe: false,
  })
  const {rules, authorities} = presetsInForce({config, inherited, directory, observes: false, confirmed})
  const of = (arr: string) => rules.filter(({scope}) => scope.arrs.includes(arr))
  return {ofFile: of('Radarr'), added: of(id), authorities, id}
}

test('rules of an Arr that was added are called as people call it, and ask before they destroy anything', async () => {
  const {ofFile, added, authorities, id} = await presets()
  const names = added.map(({name}) => name)
  expect(names.filter((name) => !name.startsWith('Films: '))).toEqual([])
  expect(names.join(' ')).not.toContain(id)
  const stalled = (rules: typeof added) => rules.find((rule) => rule.id.endsWith('.stalled'))!
  expect([stalled(ofFile).mode, stalled(added).mode]).toEqual(['live', 'ask'])
  expect(stalled(ofFile).name).toMatch(/^Radarr: /)
  const ofAnn = {owner: 'id-ann', ceilings: []}
  expect(added.map((rule) => authorities.get(rule.id))).toEqual(added.map(() => ofAnn))
  const ofTheFile = {owner: 'file', ceilings: []}
  expect(ofFile.map((rule) => authorities.get(rule.id))).toEqual(ofFile.map(() => ofTheFile))
})

const ann = asUserId('id-ann')
const modesOf = (rules: Awaited<ReturnType<typeof presets>>['added']) =>
  ['stalled', 'slow', 'seeding-tag'].map((name) => rules.find(({id}) => id.endsWith(`.${name}`))?.mode)

test('a user who selected that rules act has those of their own Arrs act; of others, and of a key without an owner, they ask', async () => {
  const {ofFile, added} = await presets({caution: 'act', by: ann})
  // In the file a rule that does more than the program before us goes on asking.
  expect(modesOf(ofFile)).toEqual(['live', 'ask', 'live'])
  expect(modesOf(added)).toEqual(['live', 'live', 'live'])
  for (const by of [asUserId('id-bob'), null])
    expect(modesOf((await presets({caution: 'act', by})).added)).toEqual(['ask', 'ask', 'live'])
  expect(modeOfAdded(null, {caution: 'act', by: null})).toBe('ask')
})

test('a user who selected to be asked first is asked by the rules of the file, too, and only where something is removed', async () => {
  const {ofFile, added} = await presets({caution: 'ask', by: ann})
  expect([modesOf(ofFile), modesOf(added)]).toEqual([
    ['ask', 'ask', 'live'],
    ['ask', 'ask', 'live'],
  ])
})
