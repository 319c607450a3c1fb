import {expect, test} from 'vitest'
import {aRule} from '#rules/rule.fixture.ts'
import {asRuleId, presetOf, serviceHarness} from './rules-harness.fixture.ts'

const done = {fact: 'complete', op: 'eq', value: true}
const on = (...servers: readonly string[]) => ({fact: 'server.id', op: 'in', value: servers})

async function searchedHarness() {
  const harness = await serviceHarness()
  await harness.keep('ann', aRule({id: 'r-anns', name: 'Of Ann', scope: {categories: ['tv']}}))
  await harness.keep(
    'ann',
    aRule({id: 'r-foreign', name: 'Of no server of hers', scope: {servers: ['bobs']}}),
  )
  await harness.keep('bob', aRule({id: 'r-bobs', name: 'Of Bob'}))
  await harness.keep(
    'ada',
    aRule({
      id: 'r-paths',
      name: 'Orphans',
      subject: 'path',
      when: {fact: 'path.size', op: 'gt', value: 1},
      do: [{action: 'orphan.recycle'}],
    }),
  )
  for (const id of ['r-anns', 'r-foreign', 'r-bobs', 'r-paths']) await load(harness, id)
  return harness
}

/** What was written beside the program is read as after a start. */
async function load({rules, open}: Awaited<ReturnType<typeof serviceHarness>>, id: string): Promise<void> {
  rules.put((await open()).own(asRuleId(id))!.row)
}

test('a search may call the rules that its person sees, and no other', async () => {
  const {service, rules, as} = await searchedHarness()
  rules.follow([presetOf('radarr.seeded')])
  const namesFor = (...who: Parameters<typeof as>) => service.searchedBy(as(...who)).map(({name}) => name)
  expect(namesFor('ann').toSorted()).toEqual(['Of Ann', 'Of no server of hers'])
  expect(namesFor('bob')).toEqual(['Of Bob'])
  expect(namesFor('vic')).toEqual([])
  expect(namesFor('ann', {everywhere: false})).toEqual([])
  expect(namesFor('ada')).toHaveLength(5)
})

test('a rule is asked of servers that both its owner and its reader may command, with its scope', async () => {
  const {service, as} = await searchedHarness()
  const conditionFor = (who: ReturnType<typeof as>, name: string) =>
    service
      .searchedBy(who)
      .find((it) => it.name === name)
      ?.condition?.()
  expect(conditionFor(as('ann'), 'Of Ann')).toEqual({
    all: [on('file', 'anns'), {all: [on('file', 'anns'), {fact: 'category', op: 'in', value: ['tv']}, done]}],
  })
  // With a key that only reads nothing is commanded.
  expect(conditionFor(as('ann', {scopes: ['read']}), 'Of Ann') ?? null).toBeNull()
})

test('a rule that reaches no server, or is about paths, is not asked', async () => {
  const {service, as} = await searchedHarness()
  const condition = (name: string) =>
    service.searchedBy(as('ada')).find((it) => it.name === name)!.condition!()
  expect([condition('Of no server of hers'), condition('Orphans')]).toEqual([null, null])
})
