/** Journey 12: a server restarts during the night, and lists too little for a while. In the morning all is as it was. */
import type {Page} from 'playwright-core'
import {expect, test} from 'vitest'
import {shoot} from '#lab/browser.ts'
import {until} from '#test/program/program.fixture.ts'
import {houseFor, wordsOf} from './harness.fixture.ts'
import {say} from './words.fixture.ts'

const COUNT = 40
const house = houseFor({
  simulated: [{name: 'box', kind: 'qbittorrent', version: '5.1.0', seed: 6, count: COUNT, mix: 'seeding'}],
})

/** It would act at once on everything that the list lacks, if it took that for gone. */
const rule = `name: Whatever is back
mode: live
when: {fact: age, op: gte, value: 0s}
do:
  - {action: tag, names: [seen]}
guards: {maxPerRun: 40}
`

interface Health {
  readonly servers: readonly {readonly server_id: string; readonly health: {readonly status: string}}[]
}
const main = (page: Page) => page.getByRole('main')
const listed = async () => (await house().api.list()).torrents.length
const box = async () => (await house().api.get<Health>('/api/servers')).servers[0]!
const status = async () => (await box()).health.status

test('journey 12: while the list is short nothing is gone, and in the morning one line says what happened', async () => {
  expect((await house().api.send('POST', '/api/rules', {yaml: rule, confirm: true})).status).toBe(201)
  const page = await house().visit('/torrents')
  await page.getByText(`${COUNT} torrents`).first().waitFor()
  await house().simulated.send('box', {
    do: 'restart',
    // Long enough for three tries, also where each of them waits for a processor.
    downForMs: 30_000,
    short: {from: 4, shortListFor: 12},
  })
  // By itself it may wait until the list is whole again.
  expect((await house().api.send('POST', `/api/servers/${(await box()).server_id}/test`)).status).toBe(200)
  const counts = new Set<number>()
  const seen = new Set<string>()
  const look = async () => {
    counts.add(await listed())
    seen.add(await status())
    return [...seen]
  }
  await until(look, (all) => all.includes('warming'))
  await shoot(page, 'journey-12-short')
  seen.delete('online')
  await until(look, (all) => all.includes('online'))
  expect([...counts]).toEqual([COUNT])
  await page.getByText(`${COUNT} torrents`).first().waitFor()

  await page.goto(house().url('/settings/servers'))
  const happened = page.getByRole('region', {name: say('servers.happened'), exact: true})
  const lines = happened.getByRole('listitem')
  // While it comes back there are lines of what it is; in the morning there is one of what it was.
  const shown = async () => {
    await page.reload()
    await lines.first().waitFor()
    return lines.allInnerTexts()
  }
  const nights = say('event.back-because', {time: '…', cause: '…'}).split('…')
  const isNight = (line: string) => nights.every((part) => line.includes(part.trim()))
  const all = await until(shown, (some) => some.some(isNight))
  expect(all.filter(isNight)).toHaveLength(1)
  // Beside it stands at most that it came when Commodarr began.
  expect(all.filter((line) => !isNight(line) && !line.endsWith('Online.'))).toEqual([])
  await shoot(page, 'journey-12-morning')
  await page.goto(house().url('/activity?what=removed,replaced'))
  expect(await wordsOf(main(page).getByText(say('activity.nothing.filters')))).not.toBe('')
})
