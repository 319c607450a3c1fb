/** What a rule did is undone where it is read; what cannot be undone says why, and what is gone leads nowhere else. */
import type {Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {seriousFindings, shoot} from '#lab/browser.ts'
import {until} from '#test/program/program.fixture.ts'
import {houseFor} from './harness.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({
  simulated: [{name: 'box', kind: 'qbittorrent', version: '5.1.0', seed: 6, count: 8, mix: 'seeding'}],
})

const rule = `name: Marks what is whole
mode: live
when: {fact: complete, op: eq, value: true}
do:
  - {action: tag, names: [whole]}
`

interface WireTorrent {
  readonly server_id: string
  readonly info_hash: string
  readonly name: string
  readonly tags: readonly string[]
}

const marked = async () =>
  (await house().api.get<{torrents: readonly WireTorrent[]}>('/api/torrents?q=tag:whole')).torrents

let ruleId: string
/** Of each test one that no other touches. */
let undone: WireTorrent
let changed: WireTorrent
let removed: WireTorrent
beforeAll(async () => {
  const {status, body} = await house().api.send('POST', '/api/rules', {yaml: rule, confirm: true})
  expect(status, JSON.stringify(body)).toBe(201)
  ruleId = (body as {id: string}).id
  const all = await until(marked, ({length}) => length >= 3)
  ;[undone, changed, removed] = all as [WireTorrent, WireTorrent, WireTorrent]
  for (const it of [undone, changed, removed]) {
    await until(
      () => entriesOn(it, 'outcome=done'),
      (entries) => entries.length > 0,
    )
  }
})

const entriesOn = async ({info_hash: hash}: WireTorrent, more = '') =>
  (
    await house().api.get<{entries: {verb: string; actor: string}[]}>(
      `/api/journal?info_hash=${hash}&${more}`,
    )
  ).entries

const line = (page: Page, {name}: WireTorrent, words: string) =>
  page.getByRole('main').getByRole('listitem').filter({hasText: name}).filter({hasText: words})
const taggedWords = (name: string) => say('story.did.addTags', {what: name})
const undoOf = (name: string) => say('activity.undo-of', {what: taggedWords(name)})
// Tags of rules are bookkeeping.
const activityOf = ({info_hash: hash}: WireTorrent) => `/activity?torrent=${hash}&hidden=true`

test('a tag of a rule is undone from the journal, with which tag it was, and stays away', async () => {
  const page = await house().visit(activityOf(undone))
  const row = line(page, undone, taggedWords(undone.name)).filter({hasText: 'whole'}).first()
  await row.getByRole('button', {name: undoOf(undone.name)}).waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'undo-journal')
  await row.getByRole('button', {name: undoOf(undone.name)}).click()
  // One story says who took it away, the other that it was undone, by whom.
  await line(page, undone, say('story.did.removeTags', {what: undone.name}))
    .first()
    .waitFor()
  await line(page, undone, say('activity.undone')).getByText('ada undid it.').waitFor()
  expect((await marked()).map(({info_hash: hash}) => hash)).not.toContain(undone.info_hash)
  // Its rule wants it still, and leaves it alone: that is what it says.
  const why = await house().visit(`/torrents?at=${undone.server_id}~${undone.info_hash}&tab=why`)
  await why.getByRole('tabpanel').locator('summary').first().click()
  await why
    .getByText(/^Waits until .*, because ada undid its last action\.$/)
    .first()
    .waitFor()
  expect((await entriesOn(undone)).filter(({verb}) => verb === 'addTags')).toHaveLength(1)
})

test('what a user changed since stays as it is, and its story says so', async () => {
  const isSet = async (mode: 'off' | 'live') => {
    const {status} = await house().api.send('PATCH', `/api/rules/${ruleId}`, {mode, confirm: true})
    expect(status).toBe(200)
  }
  await isSet('off')
  const key = {server_id: changed.server_id, info_hash: changed.info_hash}
  const body = {verb: 'removeTags', args: {tags: ['whole']}, keys: [key]}
  expect((await house().api.send('POST', '/api/torrents/actions', body)).status).toBe(207)
  const page = await house().visit(`/torrents?at=${key.server_id}~${key.info_hash}&tab=history`)
  await page.getByRole('button', {name: say('activity.hidden.show')}).click()
  const story = page.getByRole('button', {name: taggedWords(changed.name), expanded: false}).last()
  await story.click()
  await page
    .getByText(/It was changed since, so it stays as it is/)
    .last()
    .waitFor()
  expect(await page.getByRole('button', {name: undoOf(changed.name)}).count()).toBe(0)
  expect(await seriousFindings(page)).toEqual([])
  await isSet('live')
})

test('a row is called by its name and by the tags that are seen beside it, in each density', async () => {
  const page = await house().visit('/torrents?q=tag:whole')
  await page
    .getByRole('gridcell', {name: /, whole$/})
    .first()
    .waitFor()
  expect(await seriousFindings(page)).toEqual([])
  // The next density has a second line, in which the tags stand.
  await page.keyboard.press('d')
  await page
    .getByRole('gridcell', {name: /, box\s.*whole/})
    .first()
    .waitFor()
  expect(await seriousFindings(page)).toEqual([])
})

test('of a torrent that is gone the journal leads to what it has, not to a list without it', async () => {
  const key = {server_id: removed.server_id, info_hash: removed.info_hash}
  const body = {verb: 'remove', args: {free_at_once: true}, keys: [key]}
  expect((await house().api.send('POST', '/api/torrents/actions', body)).status).toBeLessThan(300)
  const page = await house().visit('/activity')
  const removedWords = say('story.did.remove', {what: removed.name})
  await page.getByRole('button', {name: removedWords, expanded: false}).first().click()
  const gone = page.getByRole('link', {name: say('activity.its-history')}).first()
  await expect.poll(() => gone.getAttribute('href')).toContain(`torrent=${removed.info_hash}`)
  await gone.click()
  await line(page, removed, taggedWords(removed.name)).first().waitFor()
  await line(page, removed, removedWords).first().waitFor()
})
