/** What a rule had an Arr blocklist is freed where it is read, with what does not come back; who only looks is told so. */
import type {Page} from 'playwright-core'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {createArrSim, type ArrSim} from '#lab/arrs/create.ts'
import {seriousFindings, shoot} from '#lab/browser.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {Api, until} from '#test/program/program.fixture.ts'
import {given} from './arrs.fixture.ts'
import {houseFor} from './harness.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox'], leapMs: 15 * 60_000})
const film = makeTorrent({name: 'Paper.Ferry.2024.1080p.WEB-DL-NONE', content: 300_000})
const bo = {name: 'bo', password: 'bo has one, too'}
let sim: ArrSim
let bos: Api

const rule = `name: Never comes
mode: live
scope: {categories: [films]}
when: {fact: complete, op: eq, value: false}
do:
  - {action: arr.blocklist}
guards: {minAgeIncomplete: 0s}
`

const blocklist = () => sim.arr('Radarr').arr.blocklist.rows.map(({sourceTitle}) => sourceTitle)

async function done(method: string, path: string, body: object): Promise<{readonly id: string}> {
  const answer = await house().api.send(method, path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body as {id: string}
}

beforeAll(async () => {
  const seedbox = house().server('seedbox')
  await seedbox.has(film, {category: 'films'})
  sim = await createArrSim({
    backends: {seedbox: given([film.hash], seedbox.observer)},
    instances: [
      {
        name: 'Radarr',
        app: 'radarr',
        library: [{title: 'Paper Ferry', year: 2024}],
        downloadClients: [{name: 'seedbox', category: 'films'}],
      },
    ],
  })
  const {url, apiKey, arr} = sim.arr('Radarr')
  arr.releases.define({itemId: 1, hash: film.hash, title: film.name})
  arr.commands.post('RssSync', {}, 'manual')
  const added = {name: 'Radarr', kind: 'radarr', url, api_key: apiKey, category: 'films'}
  const {id} = await done('POST', '/api/arrs', added)
  await done('POST', '/api/users', {...bo, role: 'member'})
  const toLook = {everyone: 'view', users: []}
  await done('PUT', `/api/arrs/${id}/sharing`, toLook)
  await done('PUT', `/api/servers/${house().idOf('seedbox')}/sharing`, toLook)
  bos = new Api(house().url(''))
  await bos.logIn(bo.name, bo.password)
  await done('POST', '/api/rules', {yaml: rule, confirm: true})
  // Of a server that came a moment ago nothing is given up.
  await until(
    () => house().api.get<{entries: {code: string | null}[]}>('/api/journal?verb=arr.blocklist'),
    ({entries}) => entries.some(({code}) => code === 'epoch_young'),
  )
  house().leap()
  expect(await until(blocklist, ({length}) => length > 0)).toEqual([film.name])
})
afterAll(() => sim?.close())

const line = (page: Page, words: string) =>
  page.getByRole('main').getByRole('listitem').filter({hasText: film.name}).filter({hasText: words})
const blockedWords = say('story.did.arr.blocklist', {what: film.name})
const blocked = (page: Page) => line(page, blockedWords).first()
const undoOf = say('activity.undo-of', {what: blockedWords})

test('who may only look is offered no undo; who may command the Arr takes the release off, and reads what stays', async () => {
  await seesNoUndo()
  const page = await house().visit('/activity?who=rule')
  await blocked(page).waitFor()
  await shoot(page, 'unblock-before')
  await blocked(page).getByRole('button', {name: undoOf}).click()
  await page
    .getByText(/off the blocklist of its Arr.*keeps this download as failed/)
    .first()
    .waitFor()
  await blocked(page).getByText(say('activity.undone')).waitFor()
  expect(blocklist()).toEqual([])
  await page.goto(house().url('/activity'))
  // It is a step of what it took back.
  const freed = blocked(page)
  await freed.getByRole('button', {name: blockedWords, expanded: false}).click()
  await freed.getByText(say('entry.arr.unblock')).first().waitFor()
  await freed
    .getByText(/keeps this download as failed/)
    .first()
    .waitFor()
  // The release is called like its torrent, so its name stands there once.
  expect((await freed.textContent())!.split(film.name)).toHaveLength(2)
  expect(await blocked(page).getByRole('button', {name: undoOf}).count()).toBe(0)
  await shoot(page, 'unblock-after')
  expect(await seriousFindings(page)).toEqual([])
})

/** Bo, who may only look at the Arr, is told why. */
async function seesNoUndo(): Promise<void> {
  const page = await house().visit('/activity?who=rule', {}, bos)
  const row = blocked(page)
  await row.getByRole('button', {name: blockedWords, expanded: false}).click()
  expect(await row.getByRole('button', {name: undoOf}).count()).toBe(0)
  await row
    .getByText(/you may not command it/)
    .last()
    .waitFor()
  await shoot(page, 'unblock-look-only')
  expect(await seriousFindings(page)).toEqual([])
  expect(blocklist()).toEqual([film.name])
}
