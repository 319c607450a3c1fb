import {expect, test} from 'vitest'
import {usualSettings} from '#config/load.ts'
import {arrHarness, draft, sectionNamed} from '#registry/arrs/arrs-harness.fixture.ts'
import {inheritedSections} from './inherited-sections.ts'
import {presetsInForce} from './presets-in-force.ts'

const config = {
  settings: usualSettings,
  serverRules: new Map(),
  otherTrackers: new Map(),
  said: new Set<string>(),
  isInherited: false,
  isWrittenByQbitrr: false,
}

/** One Arr of the file, and one that Ann added. */
async function presets() {
  const harness = await arrHarness([sectionNamed('Radarr')])
  const {directory} = harness
  const {id} = await harness.service.create(harness.as('ann'), draft())
  const inherited = inheritedSections({
    ...config,
    arrs: directory.active(),
    arrCategories: directory.categories(),
    observes: false,
    hasFfprobe: false,
  })
  const {rules, authorities} = presetsInForce({config, inherited, directory, observes: false})
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
