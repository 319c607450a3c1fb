/** What happened is read as stories, found by filters and keys, and taken back where it is read; above it stands what waits. */
import type {Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {isFull} from '#test/proof.ts'
import {until} from '#test/program/program.fixture.ts'
import {focusOf} from './focus.fixture.ts'
import {houseFor, tooWide} from './harness.fixture.ts'
import {like, say} from './words.fixture.ts'

const house = houseFor({
  simulated: [{name: 'box', kind: 'qbittorrent', version: '5.1.0', seed: 6, count: 8, mix: 'seeding'}],
})

interface Row {
  readonly server_id: string
  readonly info_hash: string
  readonly name: string
  readonly tags: readonly string[]
}

let rows: readonly Row[]

async function done(method: string, path: string, body: object): Promise<void> {
  const answer = await house().api.send(method, path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
}

const keysOf = (some: readonly Row[]) => some.map(({server_id, info_hash}) => ({server_id, info_hash}))

const rule = (name: string, mode: string, tag: string) => `name: ${name}
mode: ${mode}
when: {fact: complete, op: eq, value: true}
do:
  - {action: tag, names: [${tag}]}
`

beforeAll(async () => {
  const {torrents} = await house().api.get<{torrents: readonly Row[]}>('/api/torrents?sort=name')
  rows = torrents
  await done('POST', '/api/torrents/actions', {verb: 'stop', args: {}, keys: keysOf(rows.slice(0, 4))})
  await done('POST', '/api/rules', {yaml: rule('Marks what is whole', 'live', 'whole'), confirm: true})
  await until(
    () => house().api.get<{stories: readonly object[]}>('/api/activity?hidden=true&who=rule'),
    ({stories}) => stories.length > 0,
  )
})

const main = (page: Page) => page.getByRole('main')
const nextOf = (page: Page) => page.getByRole('region', {name: say('next.title'), exact: true})
const story = (page: Page, words: string) =>
  main(page)
    .getByRole('listitem')
    .filter({has: page.getByRole('button', {name: words})})
const stopped = () => say('story.did.stop', {what: say('story.many.torrent', {count: 4})})

test('a bulk action is one story; keys open it, take it back, and each of its torrents stands in it', async () => {
  const page = await house().visit('/activity')
  const row = story(page, stopped()).first()
  await row.waitFor()
  await shoot(page, 'activity')
  expect(await seriousFindings(page)).toEqual([])
  await page.emulateMedia({colorScheme: 'dark'})
  await shoot(page, 'activity-dark')
  expect(await contrastFindings(page)).toEqual([])
  await page.emulateMedia({colorScheme: 'light'})
  // What rules tagged is bookkeeping.
  expect(
    await main(page)
      .getByText(say('story.did.addTags', {what: ''}))
      .count(),
  ).toBe(0)
  const toggle = row.getByRole('button', {name: stopped(), expanded: false})
  await expect
    .poll(async () => {
      await page.keyboard.press('j')
      return toggle.evaluate((it) => it === document.activeElement)
    })
    .toBe(true)
  await page.keyboard.press('ArrowRight')
  for (const {name} of rows.slice(0, 4)) await row.getByText(name).first().waitFor()
  await shoot(page, 'activity-open')
  expect(await seriousFindings(page)).toEqual([])
  await page.keyboard.press('u')
  await row.getByText(say('activity.undone'), {exact: true}).first().waitFor()
  expect((await focusOf(page)).isLost).toBe(false)
  expect(await row.getByRole('button', {name: say('activity.undo-of', {what: stopped()})}).count()).toBe(0)
  // What took it back is a step of it, and no event of its own.
  const started = say('story.did.start', {what: say('story.many.torrent', {count: 4})})
  expect(await story(page, started).count()).toBe(0)
})

test('filters stand in the address: a click includes, with Shift it excludes, and bookkeeping is shown when asked for', async () => {
  const page = await house().visit('/activity')
  const changed = page.getByRole('button', {name: new RegExp(`^${say('activity.what.changed')}, `)})
  await changed.click()
  await page.waitForURL(/what=changed/)
  await story(page, stopped()).first().waitFor()
  await changed.click()
  await changed.click({modifiers: ['Shift']})
  await page.waitForURL(/what=-changed/)
  await story(page, stopped()).first().waitFor({state: 'detached'})
  await page.goto(house().url('/activity'))
  await page.getByRole('button', {name: say('activity.hidden.show')}).click()
  await page.waitForURL(/hidden=true/)
  const tagged = story(page, say('story.did.addTags', {what: ''}).trim()).first()
  await tagged.waitFor()
  expect(await tagged.innerText()).toContain('Marks what is whole')
})

test.runIf(isFull)(
  'what happens while a user points at the list is counted, and comes when asked for',
  async () => {
    const page = await house().visit('/activity')
    await story(page, stopped()).first().hover()
    await done('POST', '/api/torrents/actions', {verb: 'recheck', args: {}, keys: keysOf(rows.slice(5, 6))})
    const {name} = rows[5]!
    const pill = page.getByRole('button', {name: say('activity.new', {count: 1})})
    await pill.waitFor()
    const words = say('story.did.recheck', {what: name})
    expect(await story(page, words).count()).toBe(0)
    await pill.click()
    await story(page, words).first().waitFor()
    expect(await pill.count()).toBe(0)
  },
)

test.runIf(isFull)('what a rule asks stands above, and is answered there, also on a phone', async () => {
  // Beside the one that marks: of two that exclude each other, the one with the smaller id would decide.
  const asks = `${rule('Asks before it marks', 'ask', 'asked')}conflict: additive\n`
  await done('POST', '/api/rules', {yaml: asks, confirm: true})
  const page = await house().visit('/activity', {screen: 'phone'})
  const next = nextOf(page)
  // One line, so that what happened is on the first screen.
  const fold = next.getByRole('button', {expanded: false})
  await shoot(page, 'activity-phone-folded')
  await fold.click()
  await next
    .getByText(say('approvals.wants', {rule: 'Asks before it marks'}))
    .first()
    .waitFor()
  await shoot(page, 'activity-phone')
  expect(await tooWide(page)).toBe(0)
  expect(await seriousFindings(page)).toEqual([])
  await page.getByRole('button', {name: say('activity.show.waiting'), exact: true}).click()
  await page.waitForURL(/show=waiting/)
  await next
    .getByRole('button', {name: say('approvals.decline')})
    .first()
    .click()
  await until(
    () => house().api.get<{stories: readonly object[]}>('/api/activity?hidden=true&q=Asks'),
    ({stories}) => stories.length > 0,
  )
})

test.runIf(isFull)(
  'a rule whose time runs waits a day, goes on, and does it now, as the user says',
  async () => {
    const late = `${rule('Marks late', 'live', 'late')}hold: {for: 3600}\nconflict: additive\n`
    await done('POST', '/api/rules', {yaml: late, confirm: true})
    const page = await house().visit('/activity?show=waiting')
    const row = nextOf(page).getByRole('listitem').filter({hasText: 'Marks late'})
    const answer = (key: 'next.wait-a-day' | 'next.do-now' | 'next.go-on') =>
      row.getByRole('button', {name: new RegExp(`^${say(key)}`)})
    await answer('next.do-now').waitFor()
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({colorScheme: theme})
      await shoot(page, `activity-next-${theme}`)
      expect(await contrastFindings(page)).toEqual([])
    }
    await answer('next.wait-a-day').click()
    await row.getByText(/because ada said so$/).waitFor()
    await shoot(page, 'activity-next-waits')
    expect(await seriousFindings(page)).toEqual([])
    await answer('next.go-on').click()
    await answer('next.do-now').click()
    // What somebody wants kept no rule touches, and that is said.
    const free = rows.filter(({tags}) => !tags.includes('keep')).length
    expect(free).toBeLessThan(rows.length)
    const toast = (words: string | RegExp) => page.getByText(words).first().waitFor()
    await toast(say('next.acts-now', {count: free, rule: 'Marks late'}))
    await toast(like('next.not-now'))
    await until(
      () => house().api.get<{total: number}>('/api/torrents?q=tag:late'),
      ({total}) => total === free,
    )
  },
)
