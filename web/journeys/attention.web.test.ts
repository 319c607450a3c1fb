/** What waits for a person: the bell names it with its cause and the way there, and an Arr's page takes the answers. */
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import type {Page} from 'playwright-core'
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest'
import {createArrSim, type ArrSim} from '#lab/arrs/create.ts'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {waitUntil} from '#lab/daemons/process.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {done} from '#test/program/fleet-harness.fixture.ts'
import {until} from '#test/program/program.fixture.ts'
import {given} from './arrs.fixture.ts'
import {toastsStay} from './holding.fixture.ts'
import {houseFor, tooWide} from './harness.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox']})
const film = makeTorrent({name: 'Paper.Ferry.2024.1080p.WEB-DL-NONE', content: 300_000})
let sim: ArrSim
let arrId: string

interface Rules {
  readonly rules: readonly {readonly id: string; readonly origin: string; readonly suspended: object | null}[]
}
interface Arrs {
  readonly arrs: readonly {readonly manager: {readonly fault: object | null} | null}[]
}
interface Approvals {
  readonly approvals: readonly {readonly id: string}[]
}

beforeAll(async () => {
  const seedbox = house().server('seedbox')
  film.writePayload(seedbox.daemon.downloadDir)
  await seedbox.has(film, {start: true, category: 'films'})
  sim = await createArrSim({
    backends: {seedbox: given([film.hash], seedbox.observer)},
    instances: [{name: 'Radarr', app: 'radarr', library: [{title: 'Paper Ferry', year: 2024}]}],
  })
  const {arr, url, apiKey} = sim.arr('Radarr')
  arr.releases.define({itemId: 1, hash: film.hash, title: film.name, import: 'titleMismatch'})
  const added = {kind: 'radarr', name: 'Radarr', url, category: 'films', api_key: apiKey}
  arrId = ((await house().api.send('POST', '/api/arrs', added)).body as {id: string}).id
})
afterAll(() => sim?.close())

/** What a test before left does not count: no rule is there, none has asked, and the Arr answers. */
beforeEach(async () => {
  const {api} = house()
  for (const {id, origin} of (await api.get<Rules>('/api/rules')).rules)
    if (origin === 'user') await done(api.send('DELETE', `/api/rules/${id}`))
  for (const {id} of (await api.get<Approvals>('/api/approvals')).approvals)
    await done(api.send('POST', `/api/approvals/${id}/decline`))
  sim.arr('Radarr').arr.faults.clear()
  await faultIs((fault) => fault === null)
})

/** Waits until the Arr, asked now, is in such a state. */
async function faultIs(wanted: (fault: object | null) => boolean): Promise<void> {
  await house().api.send('POST', `/api/arrs/${arrId}/actions`, {action: 'refresh'})
  await until(
    () => house().api.get<Arrs>('/api/arrs'),
    ({arrs}) => arrs[0]!.manager !== null && wanted(arrs[0]!.manager.fault),
  )
}

/** @returns its id */
async function add(rule: object): Promise<string> {
  return (await done<{id: string}>(house().api.send('POST', '/api/rules', {rule, confirm: true}))).id
}

/** A rule that asks before it gives torrents of this name a tag. @returns its id */
const marking = (name: string, tag: string) =>
  add({
    name: 'Mark films',
    mode: 'ask',
    scope: {arrs: [arrId]},
    when: {fact: 'name', op: 'eq', value: name},
    do: [{action: 'tag', names: [tag]}],
  })

/** Such a rule, which has asked. */
async function asking(tag: string): Promise<void> {
  await marking(film.name, tag)
  await until(
    () => house().api.get<Approvals>('/api/approvals'),
    ({approvals}) => approvals.length === 1,
  )
}

const region = (page: Page, name: string) => page.getByRole('region', {name, exact: true})
const bell = (page: Page) => page.getByRole('button', {name: /^Needs you: /})
const panel = (page: Page) => page.getByRole('dialog', {name: /^Needs you: /})
const tags = async () => (await house().server('seedbox').observer.torrent(film.hash))?.tags ?? []

test('a rule that asks waits on the page of its Arr, is counted at the bell, and takes a yes right there', async () => {
  await asking('marked')
  const page = await house().visit('/activity')
  await bell(page).click()
  await panel(page).getByText(film.name).waitFor()
  await shoot(page, 'attention-asks')
  expect(await seriousFindings(page)).toEqual([])
  await panel(page)
    .getByRole('listitem')
    .filter({hasText: 'Mark films'})
    .getByRole('link', {name: say('attention.review')})
    .click()
  await page.waitForURL(new RegExp(`/library/arrs/${arrId}$`))
  await panel(page).waitFor({state: 'detached'})
  const waiting = region(page, say('arr.waiting'))
  await waiting.getByText(film.name).first().waitFor()
  await waiting.getByRole('button', {name: say('approvals.approve')}).click()
  await waitUntil('the torrent to be marked', async () => (await tags()).includes('marked'))
  await waiting.getByText(say('approvals.wants', {rule: 'Mark films'})).waitFor({state: 'detached'})
})

test('one that is alone is answered at the bell, from any page', async () => {
  await asking('marked at the bell')
  const page = await house().visit('/activity')
  await bell(page).click()
  const asked = panel(page).getByRole('listitem').filter({hasText: 'Mark films'})
  await asked.getByRole('button', {name: say('attention.approve'), exact: true}).click()
  await waitUntil('the torrent to be marked', async () => (await tags()).includes('marked at the bell'))
  await asked.waitFor({state: 'detached'})
  expect((await house().api.get<Approvals>('/api/approvals')).approvals).toEqual([])
})

test('several of one rule are answered at the bell all at once, and each answer can be taken back there', async () => {
  const seedbox = house().server('seedbox')
  const names = ['Paper.Kite.2023', 'Paper.Moon.2022']
  const papers = names.map((name, n) => makeTorrent({name, content: 1_000_000 * (n + 1)}))
  for (const paper of papers) await seedbox.has(paper, {start: false})
  await add({
    name: 'Mark several',
    mode: 'ask',
    when: {fact: 'name', op: 'matches', value: '^Paper\\.(Kite|Moon)'},
    do: [{action: 'tag', names: ['several']}],
  })
  const waiting = async () => (await house().api.get<Approvals>('/api/approvals')).approvals.length
  await until(waiting, (count) => count === 2)
  const page = await house().visit('/activity')
  await toastsStay(page)
  await bell(page).click()
  const asked = panel(page).getByRole('listitem').filter({hasText: 'Mark several'})
  await asked.getByText(/2 torrents/).waitFor()
  expect(await asked.innerText()).toMatch(/Add tags: 2 torrents · 2\.86\sMiB/)
  for (const name of names) expect(await asked.innerText()).toContain(name)
  // The row of the rule says so, too, and leads there.
  const rules = await house().visit('/rules')
  const asks = say('rules.row.asks', {count: 2})
  await rules.getByRole('link', {name: say('rules.row.asks.of', {name: 'Mark several', asks})}).click()
  await rules.waitForURL(/\/activity\?show=waiting/)
  await rules.close()
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `attention-several-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
  }
  const undo = (says: string) =>
    page
      .locator('.kit-toast')
      .filter({hasText: says, visible: true})
      .getByRole('button', {name: say('toast.undo')})
  await asked.getByRole('button', {name: say('attention.decline.all', {count: 2})}).click()
  await asked.waitFor({state: 'detached'})
  await undo(say('attention.asks.decline', {count: 2})).click()
  await until(waiting, (count) => count === 2)
  await page.getByText(say('attention.asks.reopened', {count: 2}), {exact: true}).waitFor()
  if (!(await panel(page).isVisible())) await bell(page).click()
  await asked.getByRole('button', {name: say('attention.approve.all', {count: 2})}).click()
  await undo(say('attention.asks.approve', {count: 2})).waitFor()
  expect(await waiting()).toBe(0)
  const areMarked = async () =>
    (await Promise.all(papers.map(({hash}) => seedbox.observer.torrent(hash)))).every((it) =>
      it?.tags.includes('several'),
    )
  await waitUntil('both to be marked', areMarked)
})

test('a rule that stopped itself waits there too, and goes on when a user says so', async () => {
  const ruleId = await marking('none has this name', 'never')
  await house().endProgram('SIGTERM')
  const database = new DatabaseSync(join(house().dataFolder, 'commodarr.db'))
  database
    .prepare('insert into rule_suspensions (rule_id, revision, at, reason, detail) values (?, 1, ?, ?, ?)')
    .run(ruleId, Date.now(), 'maxShare', JSON.stringify({most: 25, population: 520}))
  database.close()
  await house().startProgram()
  const page = await house().visit('/activity')
  await bell(page).click()
  const why = say('paused.maxShare', {most: 25, population: 520})
  await panel(page).getByText(say('attention.rule.says', {why})).waitFor()
  // What it does then cannot be taken back: the answer waits for some seconds, in which it can.
  await toastsStay(page)
  const resume = panel(page).getByRole('button', {name: say('attention.resume'), exact: true})
  await resume.click()
  const label = say('arr.answer.for', {answer: say('attention.resume'), name: 'Mark films'})
  const held = page.locator('.kit-toast').filter({hasText: label, visible: true})
  await held.getByRole('button', {name: say('toast.undo')}).click()
  await page.getByText(say('attention.held.undone', {answer: label}), {exact: true}).waitFor()
  const isSuspended = async () =>
    (await house().api.get<Rules>('/api/rules')).rules.find(({id}) => id === ruleId)?.suspended !== null
  expect(await isSuspended()).toBe(true)
  await page.goto(house().url(`/library/arrs/${arrId}`))
  const waiting = region(page, say('arr.waiting'))
  await waiting.getByText(why).waitFor()
  await page.getByRole('link', {name: new RegExp(say('arrs.waiting', {count: 1}))}).waitFor()
  await shoot(page, 'attention-suspended')
  expect(await seriousFindings(page)).toEqual([])
  await waiting.getByRole('button', {name: say('arr.waiting.resume', {name: 'Mark films'})}).click()
  await waiting.waitFor({state: 'detached'})
  const {rules} = await house().api.get<Rules>('/api/rules')
  expect(rules.find(({id}) => id === ruleId)?.suspended).toBe(null)
})

test('an Arr that refuses its key, and a process that was given up, are named by the bell with their cause', async () => {
  sim.arr('Radarr').arr.faults.add({kind: '401'})
  await faultIs((fault) => fault !== null)
  const page = await house().visit('about:blank')
  // A thread that dies too often takes minutes: what is told of one is put into the page's own connection.
  await page.routeWebSocket(/\/api\/live$/, (socket) => {
    const server = socket.connectToServer()
    server.onMessage((message) => {
      const told = JSON.parse(String(message)) as {
        readonly type: string
        readonly needs?: readonly {readonly kind: string}[]
      }
      const needs = (told.needs ?? []).filter((it) => it.kind !== 'process')
      const dead = {
        kind: 'process',
        id: `process ${arrId}`,
        since: 1,
        name: 'Radarr',
        server_id: null,
        arr_ids: [],
        words: ['It ended unexpectedly.'],
        process_id: arrId,
        process_kind: 'arr',
        answers: ['show', 'restart'],
      }
      socket.send(told.type === 'attention' ? JSON.stringify({...told, needs: [dead, ...needs]}) : message)
    })
  })
  await page.goto(house().url('/activity'))
  await bell(page).click()
  const lines = panel(page).getByRole('listitem')
  const broken = lines.filter({hasText: say('attention.arr')}).first()
  const died = lines.filter({hasText: say('attention.process.why', {why: 'It ended unexpectedly.'})})
  await broken.waitFor()
  expect(await died.innerText()).toContain('Radarr')
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `attention-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
  }
  await died.getByRole('link').click()
  await page.waitForURL(/\/settings\/system$/)
})

test('what holds all rules back stands behind the bell, on each page, with since when it does', async () => {
  const page = await house().visit('about:blank')
  const seedbox = house().idOf('seedbox')
  const alert = {kind: 'alert', since: Date.now(), arr_ids: [], answers: ['show']}
  const needs = [
    {
      ...alert,
      id: '1',
      code: 'database_restored',
      name: '',
      words: ['The database is an older copy.'],
      server_id: null,
    },
    {
      ...alert,
      id: '2',
      code: 'disk_missing',
      name: 'seedbox',
      words: ['The disk at /data is gone.'],
      server_id: seedbox,
    },
  ]
  await page.routeWebSocket(/\/api\/live$/, (socket) => {
    socket.connectToServer().onMessage((message) => {
      const told = JSON.parse(String(message)) as {readonly type: string}
      socket.send(told.type === 'attention' ? JSON.stringify({...told, needs}) : message)
    })
  })
  await page.goto(house().url('/rules'))
  await bell(page).click()
  const lines = panel(page)
    .getByRole('listitem')
    .filter({hasText: say('attention.alert')})
  await lines
    .filter({hasText: needs[0]!.words[0]!})
    .filter({hasText: say('attention.alert.all')})
    .waitFor()
  const ofServer = lines.filter({hasText: needs[1]!.words[0]!})
  expect(await ofServer.innerText()).toContain('seedbox')
  expect(await seriousFindings(page)).toEqual([])
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `attention-alerts-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
  }
  await ofServer.getByRole('link').click()
  await page.waitForURL(new RegExp(`/settings/servers/${seedbox}$`))
})

test('what a rule notifies of stands behind the bell until it is dismissed, on each page and device', async () => {
  await add({
    name: 'Films are here',
    mode: 'live',
    when: {fact: 'name', op: 'eq', value: film.name},
    do: [{action: 'notify', template: 'It is here'}],
  })
  const page = await house().visit('/activity')
  await bell(page).click()
  const notice = panel(page)
    .getByRole('listitem')
    .filter({hasText: say('attention.notice')})
  await notice.filter({hasText: `It is here: ${film.name}`}).waitFor()
  expect(await notice.innerText()).toContain('Films are here')
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'attention-notice')
  await panel(page)
    .getByRole('button', {name: say('attention.notices.read', {count: 1})})
    .click()
  await notice.waitFor({state: 'detached'})
  const keeps = () => house().api.get<Record<string, number>>('/api/preferences')
  await until(keeps, (all) => (all['notices.read'] ?? 0) > 0)
  await page.reload()
  await bell(page).click()
  await panel(page).waitFor()
  expect(await notice.count()).toBe(0)
})

for (const screen of ['phone', 'small'] as const) {
  test(`what waits can be read and answered on a ${screen} screen`, async () => {
    await asking(`marked on a ${screen}`)
    const page = await house().visit(`/library/arrs/${arrId}`, {screen})
    await bell(page).click()
    await panel(page).getByRole('link').first().waitFor()
    await shoot(page, `attention-bell-${screen}`)
    expect(await tooWide(page)).toBe(0)
  })
}
