import {expect, test} from 'vitest'
import {usualSettings} from '#config/load.ts'
import {arrHarness, draft, sectionNamed} from '#registry/arrs/arrs-harness.fixture.ts'
import {StandingRules} from '#registry/rules/standing-rules.ts'
import {asUserId} from '#model/access.ts'
import type {ArrCaution} from '#model/arr-service.ts'
import type {ConfirmedCaution} from '#model/qbitrr-migration.ts'
import {inheritedSections} from './inherited-sections.ts'
import {modeOfAdded, presetsInForce} from './presets-in-force.ts'

const config = {
  settings: usualSettings,
  serverRules: new Map(),
  otherTrackers: new Map(),
  prowlarrs: [],
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

/** Modes as rules stand with them, once the program was stopped right behind the request that added the Arr. */
async function begun(caution: ArrCaution | undefined) {
  const harness = await arrHarness()
  const seen: (string | undefined)[] = []
  harness.directory.onChange(() => {
    seen.push(...harness.directory.active().map(({id}) => harness.directory.card(id)?.caution))
  })
  await harness.service.create(harness.as('ann'), draft({caution}))
  const {directory, store} = await harness.restarted()
  const inherited = inheritedSections({
    ...config,
    arrs: directory.active(),
    arrCategories: directory.categories(),
    profiles: [],
    compartmentOf: () => null,
    observes: false,
    hasFfprobe: false,
  })
  const presets = presetsInForce({config, inherited, directory, observes: false, confirmed: null})
  const everything = harness.as('ada').access
  const standing = await StandingRules.open(
    store,
    () => everything,
    () => {},
    {error: () => {}},
  )
  standing.follow(presets.rules, presets)
  return {modes: modesOf(standing.cards().flatMap(({rule}) => rule ?? [])), seen, standing}
}

test('an Arr begins as careful as it was added to be: no moment lies between adding it and being careful', async () => {
  // Seen by who follows the directory, each time that the Arr was on.
  expect((await begun('watch')).seen).toEqual(['watch'])
  expect((await begun('watch')).modes).toEqual(['simulate', 'simulate', 'simulate'])
  expect((await begun('ask')).modes).toEqual(['ask', 'ask', 'live'])
  expect((await begun('act')).modes).toEqual(['live', 'live', 'live'])
  expect((await begun(undefined)).modes).toEqual(['ask', 'ask', 'live'])
})

test('a rule of an Arr that is only watched is let act one by one, and that stays', async () => {
  const {standing} = await begun('watch')
  const stalled = standing.cards().find(({id}) => id.endsWith('.stalled'))
  const given = {ruleId: stalled!.id, mode: 'live', changedAt: 1, changedBy: null, ceiling: null} as const
  standing.putMode(stalled!.id, given)
  expect(standing.card(stalled!.id)).toMatchObject({mode: 'live', configuredMode: 'ask'})
  standing.putMode(stalled!.id, null)
  expect(standing.card(stalled!.id)?.mode).toBe('simulate')
})

test('a user who selected to be asked first is asked by the rules of the file, too, and only where something is removed', async () => {
  const {ofFile, added} = await presets({caution: 'ask', by: ann})
  expect([modesOf(ofFile), modesOf(added)]).toEqual([
    ['ask', 'ask', 'live'],
    ['ask', 'ask', 'live'],
  ])
})
