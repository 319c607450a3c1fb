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
let first: WireTorrent
let other: WireTorrent
beforeAll(async () => {
  const {status, body} = await house().api.send('POST', '/api/rules', {yaml: rule, confirm: true})
  expect(status, JSON.stringify(body)).toBe(201)
  ruleId = (body as {id: string}).id
  ;[first, other] = (await until(marked, ({length}) => length >= 2)) as [WireTorrent, WireTorrent]
  await until(
    () => deedsOn(first, 'outcome=done'),
    (deeds) => deeds.length > 0,
  )
})

const deedsOn = async ({info_hash: hash}: WireTorrent, more = '') =>
  (await house().api.get<{deeds: {verb: string; actor: string}[]}>(`/api/journal?info_hash=${hash}&${more}`))
    .deeds

const line = (page: Page, {name}: WireTorrent, words: string) =>
  page.getByRole('main').getByRole('listitem').filter({hasText: name}).filter({hasText: words})
const taggedWords = (name: string) => say('story.did.addTags', {what: name})
const undoOf = (name: string) => say('activity.undo-of', {what: taggedWords(name)})
// Tags of rules are bookkeeping.
const activityOf = ({info_hash: hash}: WireTorrent) => `/activity?torrent=${hash}&hidden=true`

test('a tag of a rule is undone from the journal, with which tag it was, and stays away', async () => {
  const page = await house().visit(activityOf(first))
  const row = line(page, first, taggedWords(first.name)).filter({hasText: 'whole'}).first()
  await row.getByRole('button', {name: undoOf(first.name)}).waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await shoot(page, 'undo-journal')
  await row.getByRole('button', {name: undoOf(first.name)}).click()
  // One story says who took it away, the other that it was undone, by whom.
  await line(page, first, say('story.did.removeTags', {what: first.name}))
    .first()
    .waitFor()
  await line(page, first, say('activity.undone')).getByText('ada undid it.').waitFor()
  expect((await marked()).map(({info_hash: hash}) => hash)).not.toContain(first.info_hash)
  // Its rule wants it still, and leaves it alone: that is what it says.
  const why = await house().visit(`/torrents?at=${first.server_id}~${first.info_hash}&tab=why`)
  await why.getByRole('tabpanel').locator('summary').first().click()
  await why
    .getByText(/A day after a person undid its last action/)
    .first()
    .waitFor()
  expect((await deedsOn(first)).filter(({verb}) => verb === 'addTags')).toHaveLength(1)
})

test('what somebody changed since stays as it is, and its story says so', async () => {
  expect((await house().api.send('PATCH', `/api/rules/${ruleId}`, {mode: 'off'})).status).toBe(200)
  const key = {server_id: other.server_id, info_hash: other.info_hash}
  const body = {verb: 'removeTags', args: {tags: ['whole']}, keys: [key]}
  expect((await house().api.send('POST', '/api/torrents/actions', body)).status).toBe(207)
  const page = await house().visit(`/torrents?at=${key.server_id}~${key.info_hash}&tab=timeline`)
  await page.getByRole('button', {name: say('activity.hidden.show')}).click()
  const story = page.getByRole('button', {name: taggedWords(other.name), expanded: false}).last()
  await story.click()
  await page
    .getByText(/It was changed since, so it stays as it is/)
    .last()
    .waitFor()
  expect(await page.getByRole('button', {name: undoOf(other.name)}).count()).toBe(0)
  expect(await seriousFindings(page)).toEqual([])
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
  const key = {server_id: other.server_id, info_hash: other.info_hash}
  const body = {verb: 'remove', args: {free_at_once: true}, keys: [key]}
  expect((await house().api.send('POST', '/api/torrents/actions', body)).status).toBeLessThan(300)
  const page = await house().visit('/activity')
  const removed = say('story.did.remove', {what: other.name})
  await page.getByRole('button', {name: removed, expanded: false}).first().click()
  const gone = page.getByRole('link', {name: say('activity.its-history')}).first()
  await expect.poll(() => gone.getAttribute('href')).toContain(`torrent=${other.info_hash}`)
  await gone.click()
  await line(page, other, taggedWords(other.name)).first().waitFor()
  await line(page, other, removed).first().waitFor()
})
