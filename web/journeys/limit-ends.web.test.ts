/**
 * A server that deletes what reaches a share limit, and what keeps a torrent from that: a forced start, or its category.
 * Who ends either is asked once more, and the confirmation is sent only then.
 */
import {beforeAll, expect, test} from 'vitest'
import {seriousFindings, shoot} from '#lab/browser.ts'
import {until} from '#test/program/program.fixture.ts'
import {houseFor} from './harness.fixture.ts'
import {sentOf, table} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const SPARED = 'spared'
const box = {kind: 'qbittorrent', version: '5.3.0', mix: 'seeding', count: 3, seed: 4} as const
const house = houseFor({simulated: [{...box, name: 'box', options: {shareLimitActions: {[SPARED]: 'Stop'}}}]})

interface Key {
  readonly server_id: string
  readonly info_hash: string
}

let serverId = ''
beforeAll(async () => {
  const [server] = await house().api.servers()
  serverId = server!.server_id
  // No limit is reached, so that the simulated server removes nothing itself.
  await changed('PATCH', `/api/servers/${serverId}/preferences?accepts_doubt=true`, {max_ratio_act: 3})
  await changed('POST', `/api/servers/${serverId}/categories`, {name: SPARED})
})

async function changed(method: string, path: string, body: object): Promise<void> {
  const answer = await house().api.send(method, path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
}

const received = async (verb: string) =>
  (await house().simulated.send('box', {do: 'received'})).filter((it) => it.verb === verb).length
const stateOf = async ({info_hash: hash}: Key) =>
  (await house().api.list('fields=state,force_start')).torrents.find((it) => it.info_hash === hash)

test('a stop that ends the forced start which spares a torrent its limit is refused, and done when it is confirmed', async () => {
  const [one] = (await house().api.list()).torrents
  const key = {server_id: serverId, info_hash: one!.info_hash}
  const args = {ratio: 500, accepts_others: true, accepts_doubt: true}
  for (const [verb, more] of [
    ['forceStart', {}],
    ['setShareLimits', args],
  ] as const)
    expect(await house().api.act(verb, [key], more)).toMatchObject([{outcome: 'done'}])
  await until(
    () => stateOf(key),
    (it) => it?.['force_start'] === true,
  )
  const page = await house().visit(`/torrents?at=${serverId}~${key.info_hash}`)
  const sent = sentOf(page, /\/actions(\/[^/]+\/retry)?$/)
  await table(page).focus()
  await page.keyboard.press('s')
  const panel = page.getByRole('region', {name: say('result.panel'), exact: true})
  const anyway = panel.getByRole('button', {name: say('result.anyway')})
  await anyway.waitFor()
  await shoot(page, 'confirming-stop')
  expect(await seriousFindings(page)).toEqual([])
  expect(sent).toMatchObject([{verb: 'stop'}])
  expect(JSON.stringify(sent)).not.toContain('accepts_')
  expect(await received('stop')).toBe(0)
  await anyway.click()
  await until(
    () => stateOf(key),
    (it) => it?.['state'] === 'stopped',
  )
  expect(sent.at(-1)).toMatchObject({confirm_asked: 'true'})
  expect(await received('stop')).toBe(1)
})

test('a category without which its server would delete torrents at their limit stays until that is confirmed', async () => {
  const page = await house().visit(`/settings/servers/${serverId}`)
  const sent = sentOf(page, '/categories')
  await page.getByRole('button', {name: say('categories.remove', {name: SPARED})}).click()
  await page.getByRole('button', {name: say('categories.remove.do'), exact: true}).click()
  const anyway = page.getByRole('button', {name: say('categories.doubt.do'), exact: true})
  await anyway.waitFor()
  await anyway.scrollIntoViewIfNeeded()
  await shoot(page, 'confirming-category-removal')
  expect(await seriousFindings(page)).toEqual([])
  expect(sent).toEqual([{name: SPARED}])
  expect(await received('removeCategories')).toBe(0)
  await anyway.click()
  await page
    .getByRole('button', {name: say('categories.remove', {name: SPARED})})
    .waitFor({state: 'detached'})
  expect(sent).toEqual([{name: SPARED}, {name: SPARED, accepts_doubt: 'true'}])
  expect(await received('removeCategories')).toBe(1)
})

test('a preference by which its server deletes torrents at their limit is refused, and changed when it is confirmed', async () => {
  const NAME = 'max_ratio_act'
  const title = say('preference.max_ratio_act')
  await changed('PATCH', `/api/servers/${serverId}/preferences`, {[NAME]: 0})
  const page = await house().visit(`/settings/servers/${serverId}`)
  const sent = sentOf(page, '/preferences')
  await page.getByRole('button', {name: say('settings.show'), exact: true}).click()
  await page.getByRole('textbox', {name: say('settings.find'), exact: true}).fill(NAME)
  await page.getByRole('button', {name: say('settings.change', {name: title}), exact: true}).click()
  const field = page.getByRole('textbox', {name: title, exact: true})
  await field.fill('3')
  await field.press('Enter')
  const anyway = page.getByRole('button', {name: say('settings.anyway'), exact: true})
  await anyway.waitFor()
  await shoot(page, 'confirming-preference')
  expect(await seriousFindings(page)).toEqual([])
  expect(sent).toEqual([{[NAME]: 3}])
  // Another value is asked about again.
  await field.fill('1')
  await anyway.waitFor({state: 'detached'})
  await field.fill('3')
  await anyway.click()
  await field.waitFor({state: 'detached'})
  expect(sent).toEqual([{[NAME]: 3}, {[NAME]: 3, accepts_doubt: 'true'}])
})
