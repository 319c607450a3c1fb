/**
 * Deluge's labels are those of a plugin, and the only place where a person keeps a torrent there. While the plugin is off
 * (an update, a person) nobody knows them.
 */
import {afterEach, expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {HOUR, MINUTE, nameOf, ScenarioHarness} from './scenario-harness.fixture.ts'

const D = nameOf('deluge')
let harness: ScenarioHarness
afterEach(() => harness.stop())

const seeded = {
  name: 'Seeded',
  reason: 'seedingDone',
  when: {fact: 'ratio', op: 'gte', value: 2},
  do: [{action: 'removeWithData'}],
}
const plugin = (isOn: boolean) => harness.world(D).preferences.set('label_plugin', isOn)
const reported = async () =>
  (await harness.journal())
    .filter(({code, subject}) => code === 'categories_hidden' && subject === 'server')
    .map(({phase}) => phase)

test('what a person keeps by a label stays while the Label plugin is off, with all the others, until it is on', async () => {
  harness = await ScenarioHarness.start({servers: [{name: D, kind: 'deluge', torrents: 60}]})
  const kept = harness.had(D, 5_000, {category: 'keep', uploaded: 3e9}).hash
  harness.world(D).commands.createCategory({name: 'keep'})
  await harness.rule(seeded)
  await harness.pass(45 * MINUTE)
  expect(harness.destroyed()).toEqual([])
  expect(await harness.ruleSays(D, kept, 'Seeded')).toBe('Not removed with its data: protected by you.')

  plugin(false)
  const spent = harness.put(D, 5_001, {uploaded: 3e9}).hash
  await harness.pass(2 * HOUR)
  expect(harness.destroyed()).toEqual([])
  expect(await harness.ruleSays(D, kept, 'Seeded')).toBe('Not removed with its data: protected by you.')
  expect(await reported()).toEqual(['blocked'])

  // What was reported last outlives a restart of ours.
  await harness.acting.crash()
  await harness.acting.rise()
  await harness.pass(HOUR)
  expect(harness.destroyed()).toEqual([])
  expect(await harness.ruleSays(D, kept, 'Seeded')).toBe('Not removed with its data: protected by you.')

  plugin(true)
  await harness.pass(2 * HOUR)
  expect(harness.destroyed()).toEqual([`${D} removeWithData ${spent}`])
  // That before our restart has no end of its own.
  expect(await reported()).toEqual(['blocked', 'undone'])
})

test.runIf(isFull)(
  'nothing is removed from a Deluge that never reported a label, as they may be there',
  async () => {
    harness = await ScenarioHarness.start({
      servers: [
        {
          name: D,
          kind: 'deluge',
          torrents: 60,
          each(_, world) {
            world.preferences.set('label_plugin', false)
            return {uploaded: 3e9}
          },
        },
      ],
      rules: [seeded],
    })
    await harness.pass(2 * HOUR)
    expect(harness.destroyed()).toEqual([])
    expect(await reported()).toEqual(['blocked'])
  },
)
