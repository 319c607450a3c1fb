/** Journey 10: "why is this still seeding?" and "who deleted that?", each answered in a sentence. */
import type {Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {houseFor, patient, tooWide, wordsOf} from './harness.fixture.ts'
import {rowOf} from './table.fixture.ts'
import {like, say} from './words.fixture.ts'

// One that tells which torrents are private: of others a rule about public ones is never sure.
const house = houseFor({
  simulated: [{name: 'box', kind: 'qbittorrent', version: '5.1.0', seed: 4, count: 12, mix: 'seeding'}],
})

/** What has paid what it owes goes; nothing here has paid so much. */
const rule = `name: Seeded enough
mode: live
when:
  all:
    - {fact: ratio, op: gte, value: 500}
    - {fact: complete, op: eq, value: true}
do:
  - {action: remove}
`

/** Nothing here is so old. */
const old = `name: Old images
mode: live
concern: age
scope: {categories: [iso]}
when: {fact: age, op: gt, value: 9000d}
do:
  - {action: remove}
`

interface WireTorrent {
  readonly server_id: string
  readonly info_hash: string
  readonly name: string
}
let seeding: WireTorrent
let lost: WireTorrent
let image: WireTorrent
beforeAll(async () => {
  for (const yaml of [rule, old]) {
    const {status, body} = await house().api.send('POST', '/api/rules', {yaml, confirm: true})
    expect(status, JSON.stringify(body)).toBe(201)
  }
  const {torrents} = await house().api.get<{torrents: WireTorrent[]}>(
    '/api/torrents?q=state:seeding -category:iso',
  )
  ;[seeding, lost] = torrents as [WireTorrent, WireTorrent]
  const images = await house().api.get<{torrents: WireTorrent[]}>('/api/torrents?q=category:iso')
  image = images.torrents[0]!
})

const main = (page: Page) => page.getByRole('main')
const at = ({server_id: server, info_hash: hash}: WireTorrent) =>
  `/torrents?at=${encodeURIComponent(`${server}~${hash}`)}`

/** Above every part of the details. */
const whyLine = (page: Page) => page.getByRole('region', {name: say('details.tab.why'), exact: true})

const sentence = /^Stays until its ratio is 500: “Seeded enough” requires it, and it is [\d.]+ now\.$/

test('journey 10: why it still seeds is one sentence with the numbers, and leads to the rule', async () => {
  const page = await house().visit(`${at(seeding)}&tab=why`)
  const why = page.getByRole('tabpanel')
  await why.getByRole('heading', {level: 2, name: sentence}).waitFor()
  await shoot(page, 'journey-10-why')
  expect(await seriousFindings(page)).toEqual([])
  // What is counted, with what is needed; what every rule says is folded.
  const ratio = why.getByRole('meter', {name: say('why.counted.ratio')})
  expect(await ratio.getAttribute('aria-valuetext')).toMatch(/^[\d.]+ of 500$/)
  expect(await why.getByText('Seeded enough').last().isVisible()).toBe(false)
  await why.getByText(say('why.all', {count: 2})).click()
  await why.getByRole('link', {name: say('why.open-rule')}).waitFor()
  await why.getByRole('link', {name: say('why.change.value', {value: '500'})}).click()
  await page.getByRole('heading', {name: 'Seeded enough', level: 1}).waitFor()
  await page.getByRole('radio', {name: say('rules.mode.off')}).waitFor()
  // At the value, all of it chosen: what is typed replaces it.
  const value = page.getByRole('textbox', {name: say('rule-form.value', {fact: 'ratio'})})
  await expect.poll(() => value.evaluate((it) => it === document.activeElement), {timeout: 30_000}).toBe(true)
  expect(await value.evaluate((it: HTMLInputElement) => [it.selectionStart, it.selectionEnd])).toEqual([0, 3])
  await shoot(page, 'journey-10-rule-value')
})

test.each(['light', 'dark', 'phone'] as const)(
  'journey 10: a rule that matches nothing says where torrents drop out, and which come closest, in %s',
  async (look) => {
    const {rules} = await house().api.get<{rules: {id: string; name: string}[]}>('/api/rules')
    const {id} = rules.find(({name}) => name === 'Seeded enough')!
    const looking = look === 'phone' ? {screen: look} : {theme: look}
    const page = await house().visit(`/rules?rule=${id}`, looking)
    const why = say('rules.verdict.why.ratio')
    await main(page)
      .getByText(say('rules.verdict.idle', {when: say('rules.verdict.ever'), why}))
      .waitFor()
    const preview = page.getByRole('region', {name: say('preview.title')})
    await preview.getByRole('heading', {name: say('preview.funnel')}).waitFor()
    await preview.getByText(/^It matches nothing now: no torrent meets “ratio at least 500”\.$/).waitFor()
    await preview.getByText(like('preview.funnel.stops_other')).waitFor()
    expect(await preview.getByText(/^ratio: [\d.,]+ to go$/).count()).toBe(3)
    await shoot(page, `journey-10-rule-${look}`)
    expect(await tooWide(page)).toBe(0)
    expect(await (look === 'light' ? seriousFindings(page) : contrastFindings(page))).toEqual([])
    // Each line leads to its torrents.
    await preview.getByRole('link', {name: new RegExp(`“${say('preview.funnel.scope')}”`)}).click()
    await page.waitForURL(/\/torrents\?q=.*hash/)
  },
)

test('journey 10: the same sentence stands above every part of the details, and stands at the state in the list', async () => {
  const page = await house().visit(at(seeding))
  await whyLine(page).getByText(sentence).waitFor()
  await shoot(page, 'journey-10-overview')
  const row = rowOf(page, seeding.name)
  const state = row.getByRole('gridcell').filter({hasText: say('state.seeding')})
  await state.hover()
  await expect.poll(() => state.getAttribute('title'), {timeout: 30_000}).toMatch(sentence)
})

test.each(['light', 'dark', 'phone'] as const)(
  'journey 10: the answer has a page of its own, with what a change would concern, in %s',
  async (look) => {
    const looking = look === 'phone' ? {screen: look} : {theme: look}
    const page = await house().visit(`${at(seeding)}&tab=why`, looking)
    const panel = page.getByRole('tabpanel')
    await panel.getByRole('link', {name: say('why.page')}).click()
    await page.waitForURL(`**/torrents/${seeding.server_id}/${seeding.info_hash}/why`)
    await page.getByRole('heading', {level: 1, name: sentence}).waitFor()
    expect(await page.getByRole('heading', {level: 1}).count()).toBe(1)
    // The rule has no scope: all twelve are its concern.
    await main(page)
      .getByText(say('why.change.rule.concerns', {count: 12}))
      .waitFor()
    await expect.poll(() => page.title(), {timeout: 30_000}).toContain(seeding.name)
    await shoot(page, `journey-10-why-page-${look}`)
    expect(await tooWide(page)).toBe(0)
    expect(await (look === 'light' ? seriousFindings(page) : contrastFindings(page))).toEqual([])
    // Back to the torrent it is about.
    await main(page).getByRole('navigation').getByRole('link', {name: seeding.name}).click()
    await page.waitForURL(/\/torrents\?at=/)
  },
)

test('journey 10: it is asked in the palette, by a part of the name, and so is how much space is free', async () => {
  const page = await house().visit('/')
  await page.getByRole('heading', {level: 1}).waitFor()
  await page.keyboard.press('Control+k')
  const field = page.getByRole('dialog').getByRole('combobox')
  await field.fill(`why is ${seeding.name} still seeding?`)
  const asked = page.getByRole('option', {name: seeding.name}).first()
  await asked.waitFor()
  await shoot(page, 'journey-10-palette')
  expect(await seriousFindings(page)).toEqual([])
  await asked.click()
  await page.waitForURL(`**/torrents/${seeding.server_id}/${seeding.info_hash}/why`)
  await page.getByRole('heading', {level: 1, name: sentence}).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill('free space')
  await page.getByRole('option', {name: say('palette.space')}).click()
  await page.waitForURL(/\/torrents\/disk-space$/)
})

test('journey 10: a key opens the page from the details, and a torrent that is gone has a page that says so', async () => {
  const page = await house().visit(at(seeding))
  await whyLine(page).getByText(sentence).waitFor()
  await page.keyboard.press('Shift+W')
  await page.waitForURL(/\/why$/)
  await page.getByRole('heading', {level: 1, name: sentence}).waitFor()
  const gone = await house().visit(`/torrents/${seeding.server_id}/${'0'.repeat(40)}/why`)
  await gone.getByRole('heading', {level: 1, name: say('details.gone')}).waitFor()
  expect(await seriousFindings(gone)).toEqual([])
})

test.each(['dark', 'phone'] as const)('journey 10: why is read in %s', async (look) => {
  const looking = look === 'dark' ? {theme: 'dark' as const} : {screen: 'phone' as const}
  const page = await house().visit(`${at(seeding)}&tab=why`, looking)
  await page.getByRole('heading', {level: 2, name: sentence}).waitFor()
  await shoot(page, `journey-10-why-${look}`)
  expect(await tooWide(page)).toBe(0)
  expect(await contrastFindings(page)).toEqual([])
})

test('journey 10: who deletes it before a rule would reads from when on a rule may', async () => {
  const page = await house().visit(at(image))
  await whyLine(page)
    .getByText(/^Stays until .*: “Old images” removes it when it is 9,000 days old\.$/)
    .waitFor()
  await rowOf(page, image.name).click()
  await page.keyboard.press('Delete')
  const dialog = page.getByRole('dialog', {name: say('delete.title.named', {name: image.name})})
  const date = dialog.getByText(like('fate.may-be-removed'))
  await date.waitFor()
  await shoot(page, 'journey-10-early')
  expect(await date.textContent()).toMatch(/^A rule may remove it on \d+ \w+ 20\d\d\.$/)
  expect(await seriousFindings(page)).toEqual([])
  await page.keyboard.press('Escape')
})

test('journey 10: who deleted it is found by its name, with what, when and on which server', async () => {
  const {server_id: server, info_hash: hash, name} = lost
  const key = {server_id: server, info_hash: hash}
  const body = {keys: [key], verb: 'removeWithData', args: {free_at_once: true}}
  const {status, body: said} = await house().api.send('POST', '/api/torrents/actions', body)
  expect(status, JSON.stringify(said)).toBeLessThan(300)
  const page = await house().visit(`/activity?q=${encodeURIComponent(name)}`)
  const row = main(page).getByRole('listitem').filter({hasText: name}).first()
  await row.waitFor()
  await shoot(page, 'journey-10-who')
  expect(await wordsOf(row)).toMatch(/Delete|Remove/i)
  expect(await wordsOf(row)).toMatch(/ada/)
  expect(await wordsOf(row)).toMatch(/box/)
})

// Last, as the list shows the view from then on.
test('journey 10: the list says from when on a rule may remove each, sorted, searched and with the reason', async () => {
  const {status, body} = await house().api.send('POST', '/api/views', {
    name: 'Ends',
    definition: {
      q: 'removable>30d',
      sort: ['removable_at'],
      columns: [{id: 'name'}, {id: 'state'}, {id: 'removable_at'}],
    },
  })
  expect(status, JSON.stringify(body)).toBe(201)
  const page = await house().visit(
    `/torrents?view=${(body as {id: string}).id}&q=${encodeURIComponent('removable>30d')}&sort=removable_at`,
  )
  const cell = rowOf(page, image.name).getByRole('gridcell').last()
  await cell.getByText(/^\d+ \w+ 20\d\d$/).waitFor()
  await cell.hover()
  await expect
    .poll(() => cell.getAttribute('title'), {timeout: 30_000})
    .toMatch(/^Stays until .*: “Old images” removes it when it is 9,000 days old\./)
  await shoot(page, 'journey-10-removable')
  expect(await seriousFindings(page)).toEqual([])
  const shown = await house().api.get<{torrents: (WireTorrent & {removable_at?: number | null})[]}>(
    '/api/torrents?q=removable%3E30d&fields=name,removable_at&sort=removable_at',
  )
  const explained = await house().api.get<{verdict: {may_be_removed: {kind: string; at: number}}}>(
    `/api/torrents/${image.info_hash}/explain?server_id=${image.server_id}`,
  )
  const its = shown.torrents.find(({info_hash: hash}) => hash === image.info_hash)!.removable_at!
  expect(Math.abs(its - explained.verdict.may_be_removed.at)).toBeLessThan(120_000)
  const dates = shown.torrents.map(({removable_at: at}) => at!)
  expect(dates).toEqual(dates.toSorted((one, other) => one - other))
  // What waits for its ratio has no such time.
  const {torrents} = await house().api.get<{torrents: {removable_at?: number | null}[]}>(
    `/api/torrents?q=hash:${seeding.info_hash}&fields=removable_at`,
  )
  expect(torrents.map(({removable_at: at}) => at)).toEqual([null])
})

test('a torrent is kept forever at its Why, on the panel and on its page, and let go again', async () => {
  const page = await house().visit(at(image))
  const why = page.getByRole('region', {name: say('details.tab.why')}).first()
  const tags = async () => {
    const {torrents} = await house().api.get<{torrents: (WireTorrent & {tags: string[]})[]}>(
      `/api/torrents?q=${encodeURIComponent(`hash:${image.info_hash}`)}`,
    )
    return torrents[0]!.tags
  }
  await why.getByRole('button', {name: say('why.keep'), exact: true}).click()
  await expect.poll(tags, patient).toContain('keep')
  await why.getByRole('button', {name: say('why.keep.end'), exact: true}).waitFor()
  await shoot(page, 'why-kept')
  await page.goto(house().url(`/torrents/${image.server_id}/${image.info_hash}/why`))
  await main(page)
    .getByRole('button', {name: say('why.keep.end'), exact: true})
    .waitFor()
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `why-kept-page-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
  }
  await main(page)
    .getByRole('button', {name: say('why.keep.end'), exact: true})
    .click()
  await expect.poll(tags, patient).not.toContain('keep')
  await main(page)
    .getByRole('button', {name: say('why.keep'), exact: true})
    .click()
  await expect.poll(tags, patient).toContain('keep')
  await page.keyboard.press('Control+z')
  await expect.poll(tags, patient).not.toContain('keep')
})
