/** Journey 15: a rule is written, looked at before it does anything, simulates, and goes live with its limits. */
import type {Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {done} from '#test/program/fleet-harness.fixture.ts'
import {isFull} from '#test/proof.ts'
import type {TextKey} from '../i18n/text.ts'
import {focusOf} from './focus.fixture.ts'
import {administrator, houseFor, patient, tooWide} from './harness.fixture.ts'
import {logIn, logOut} from './people.fixture.ts'
import {toastsStay} from './holding.fixture.ts'
import {like, say} from './words.fixture.ts'

// One that tells which torrents are private: of others a rule about public ones is never sure.
const house = houseFor({
  simulated: [{name: 'box', kind: 'qbittorrent', version: '5.1.0', seed: 4, count: 12, mix: 'seeding'}],
})
let some: string
beforeAll(async () => {
  const {torrents} = await house().api.list()
  some = torrents.find((row) => row['is_private'] === false)!['name'] as string
})

/** The rule of Gil, with an action that costs nothing here. */
const gils = `name: Old and seeded
scope: {privacy: public}
when:
  any:
    - {fact: ratio, op: gt, value: 2}
    - {fact: age, op: gte, value: 0s}
do:
  - {action: tag, names: [old]}
guards: {maxPerRun: 2}
`

interface WireRule {
  readonly id: string
  readonly name: string
  readonly mode: string
}

const main = (page: Page) => page.getByRole('main')
const asText = (page: Page) =>
  main(page)
    .getByRole('radio', {name: say('rules.view.yaml')})
    .click()
const textOf = (page: Page) => main(page).getByLabel(say('rules.text'))
const listed = async () => (await house().api.send('GET', '/api/rules')).body as {rules: readonly WireRule[]}
/** What Gil wrote, under another name, and beside the others: of exclusive ones the first keeps those behind it back. */
async function rule(name: string, more = ''): Promise<string> {
  const text = gils.replace('Old and seeded', name).replace('[old]', `[${name.toLowerCase()}]`)
  const yaml = `${text}conflict: additive\n${more}`
  return (await done<WireRule>(house().api.send('POST', '/api/rules', {yaml, confirm: true}))).id
}

const written = async (name: string) => (await listed()).rules.find((it) => it.name === name)

test('a mistake is reported at its line, and what could stand at the cursor is offered', async () => {
  const page = await house().visit('/rules')
  await main(page)
    .getByRole('link', {name: say('rules.new')})
    .click()
  await main(page)
    .getByRole('link', {name: say('rules.begin.yaml')})
    .click()
  await textOf(page).fill(gils.replace('op: gt,', 'op: bigger,'))
  await page.getByRole('button', {name: say('rules.save.new')}).click()
  await page.getByRole('button', {name: say('rules.jump', {line: 5})}).click()
  expect(await textOf(page).evaluate((box: HTMLTextAreaElement) => box.selectionStart)).toBe(
    gils.split('\n').slice(0, 4).join('\n').length + 1,
  )
  await textOf(page).fill('when: {fact: seedingTi')
  await textOf(page).press('End')
  await textOf(page).press('Control+Space')
  const offers = page.getByRole('listbox', {name: say('rules.offers')})
  await offers.getByRole('option', {name: /^seedingTime/}).waitFor()
  await textOf(page).press('Enter')
  expect(await textOf(page).inputValue()).toBe('when: {fact: seedingTime')
})

test('a rule is found in the palette by its name, and opened there', async () => {
  const id = await rule('Lanterns at sea')
  const page = await house().visit('/torrents')
  // Keys are heard once the page stands.
  await page.getByRole('row').nth(1).waitFor(patient)
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder(say('palette.placeholder')).fill('lanterns')
  await page
    .getByRole('group', {name: say('nav.rules')})
    .getByRole('option', {name: 'Lanterns at sea'})
    .click()
  await expect.poll(() => new URL(page.url()).searchParams.get('rule')).toBe(id)
})

test('it shows how many and which, simulates when it is saved, and acts when it is switched on', async () => {
  const page = await house().visit('/rules?new=true&begin=empty')
  await asText(page)
  await textOf(page).fill(gils)
  const preview = page.getByRole('region', {name: say('preview.title')})
  await preview.getByText(like('preview.big_other')).first().waitFor()
  await preview.getByText(some).first().waitFor()
  await page.getByRole('button', {name: say('rules.save.new')}).click()
  await page.waitForURL(/rule=r-/)
  await page.getByRole('heading', {name: 'Old and seeded', level: 1}).waitFor()
  expect(await written('Old and seeded')).toMatchObject({mode: 'simulate'})

  const simulated = async () =>
    JSON.stringify((await house().api.send('GET', '/api/journal?outcome=simulated')).body)
  await expect.poll(simulated, patient).toContain('Old and seeded')
  await page.reload()
  await preview.getByText(like('rules.lately_other')).waitFor()

  await page.getByRole('radio', {name: say('rules.mode.live')}).click()
  const dialog = page.getByRole('dialog', {name: say('rules.live.title', {name: 'Old and seeded'})})
  await dialog.getByText(like('rules.lately_other')).waitFor()
  await dialog
    .getByRole('listitem')
    .filter({hasText: say('entry.addTags')})
    .waitFor()
  await shoot(page, 'rule-go-live')
  await dialog.getByText(like('rules.live.untried')).waitFor()
  await dialog.getByRole('button', {name: say('rules.live.do')}).click()
  await dialog.waitFor({state: 'detached'})
  expect(await written('Old and seeded')).toMatchObject({mode: 'live'})
  await expect
    .poll(async () => JSON.stringify((await house().api.send('GET', '/api/torrents?tag=old')).body), {
      ...patient,
    })
    .toContain('"old"')
})

test('a rule is a sentence: a value of it is changed in place, asked about where more would go, and undone', async () => {
  const yaml = `name: By sentence
when: {fact: age, op: gt, value: 9999d}
hold: {for: 30d}
do:
  - {action: remove}
guards: {maxPerRun: 2}
`
  const {id} = await done<WireRule>(house().api.send('POST', '/api/rules', {yaml}))
  const text = async () => (await house().api.get<{yaml: string}>(`/api/rules/${id}`)).yaml
  const page = await house().visit('/rules')
  const row = main(page).getByRole('listitem').filter({hasText: 'By sentence'})
  await row.getByText('remove it and keep its files', {exact: false}).first().waitFor()
  const age = row.getByRole('button', {name: /^age: .*change$/})
  await age.click()
  const editor = page.getByRole('dialog', {name: 'age'})
  await editor.getByText(say('rules.blank.effect.now', {count: 0})).waitFor()
  // Escape restores it, and a mistake is told at once.
  await page.keyboard.type('often')
  await editor.locator('[aria-invalid]').waitFor()
  await page.keyboard.press('Escape')
  await editor.waitFor({state: 'detached'})
  expect(await age.evaluate((it) => it === document.activeElement)).toBe(true)

  await page.keyboard.press('Enter')
  await editor.getByLabel('age').fill('0s')
  await editor.getByText(like('rules.blank.effect_other')).waitFor()
  await page.keyboard.press('Enter')
  await editor.getByText(like('rules.blank.more_other')).waitFor()
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `rule-blank-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
  }
  expect(await seriousFindings(page)).toEqual([])
  expect(await text()).toContain('9999d')
  await toastsStay(page)
  await editor.getByRole('button', {name: say('rules.blank.save-sure')}).click()
  await editor.waitFor({state: 'detached'})
  expect(await text()).toMatch(/value: 0\b/)
  await page
    .getByRole('button', {name: say('toast.undo')})
    .first()
    .click()
  await expect.poll(text, patient).toContain('9999d')

  // Tab goes on to the next value.
  await age.click()
  await page.keyboard.press('Tab')
  await page.getByRole('dialog', {name: say('sentence.label.hold')}).waitFor()
  await page.keyboard.press('Escape')

  // Switched off it is folded away at the end of its group, and keeps its values.
  const mode = (word: TextKey) =>
    main(page).getByRole('button', {name: say('rules.row.mode', {name: 'By sentence', mode: say(word)})})
  await mode('rules.row.mode.simulate').click()
  await page
    .locator('[role^=menuitem]')
    .filter({hasText: say('rules.row.mode.off')})
    .click()
  const fold = main(page).getByText(say('rules.group.off', {names: 'By sentence'}))
  await fold.click()
  await mode('rules.row.mode.off').waitFor()
  expect(await written('By sentence')).toMatchObject({mode: 'off'})
  await row.getByRole('link', {name: 'By sentence'}).click()
  await page.getByRole('heading', {name: 'By sentence', level: 1}).waitFor()
})

test('a list of a rule is typed one entry per line with its torrents now, and its second line in place', async () => {
  const {torrents} = await house().api.list()
  const {tags} = torrents.find((row) => (row['tags'] as readonly string[]).length > 0) ?? {tags: ['old']}
  const [tag] = tags as readonly [string]
  const yaml = `name: By list
when: {fact: tags, op: hasAny, value: [nowhere, gone]}
do:
  - {action: stop}
guards: {maxPerRun: 2}
`
  const {id} = await done<WireRule>(house().api.send('POST', '/api/rules', {yaml}))
  const text = async () => (await house().api.get<{yaml: string}>(`/api/rules/${id}`)).yaml
  const page = await house().visit('/rules')
  const row = main(page).getByRole('listitem').filter({hasText: 'By list'})
  await row.getByRole('button', {name: /^tags: .*change$/}).click()
  const editor = page.getByRole('dialog', {name: 'tags'})
  const list = editor.getByLabel(say('rules.blank.list', {label: 'tags'}))
  expect(await list.inputValue()).toBe('nowhere\ngone')
  await list.fill(`nowhere\n${tag}`)
  const counts = editor.getByRole('list', {name: say('rules.blank.entries')})
  await counts.getByText(say('rules.blank.entry', {count: 0}), {exact: true}).waitFor()
  await counts
    .getByRole('listitem')
    .filter({hasText: tag})
    .getByText(/^\d+ torrents?$/)
    .waitFor()
  await editor.getByText(/^Now: \d+ torrents? instead of 0\.$/).waitFor()
  await editor.getByRole('button', {name: say('rules.try.which')}).click()
  await editor.getByRole('link').first().waitFor()
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `rule-list-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
  }
  expect(await seriousFindings(page)).toEqual([])
  await list.press('Control+Enter')
  await editor.waitFor({state: 'detached'})
  expect(await text()).toContain(tag)

  // From the sentence Tab leads to the values of the second line.
  await row.getByRole('button', {name: /^tags: .*change$/}).click()
  await page.keyboard.press('Tab')
  const limit = page.getByRole('dialog', {name: say('sentence.label.guard.maxPerRun')})
  await limit.getByLabel(say('sentence.label.guard.maxPerRun')).fill('7')
  await page.keyboard.press('Enter')
  await limit.waitFor({state: 'detached'})
  await expect.poll(text, patient).toContain('maxPerRun: 7')
})

test('who tries a rule sees what it would do now, and finds exactly these in the list', async () => {
  const yaml = `name: By trying
when: {fact: name, op: eq, value: ${JSON.stringify(some)}}
do:
  - {action: tag, names: [tried]}
conflict: additive
`
  await done<WireRule>(house().api.send('POST', '/api/rules', {yaml}))
  const page = await house().visit('/rules')
  const row = main(page).getByRole('listitem').filter({hasText: 'By trying'})
  await row.getByRole('button', {name: say('rules.try.label', {name: 'By trying'})}).click()
  const tried = row.getByRole('region', {name: say('rules.try.of', {name: 'By trying'})})
  await tried.getByText(some).waitFor()
  await tried.getByText(say('rules.try.harmless')).waitFor()
  await shoot(page, 'rule-try')
  await tried.getByRole('link', {name: say('rules.try.all', {count: 1})}).click()
  await page.waitForURL(/\/torrents\?q=/)
  const found = page.getByRole('grid').getByRole('row').filter({hasText: 'GiB'})
  await found.filter({hasText: some}).waitFor()
  expect(await found.count()).toBe(1)
})

test('what a rule matches is found by its name in the search box, which names the rules there are and what is wrong', async () => {
  const yaml = `name: Called "so"
when: {fact: name, op: eq, value: ${JSON.stringify(some)}}
do:
  - {action: tag, names: [called]}
conflict: additive
`
  await done<WireRule>(house().api.send('POST', '/api/rules', {yaml}))
  const page = await house().visit('/torrents')
  const box = page.getByRole('combobox', {name: say('search.label')})
  await box.focus()
  await page.keyboard.type('rul')
  await page.getByRole('option', {name: /^rule:/}).waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.type('called')
  await page.getByRole('option', {name: /Called "so"|Called .*so/}).waitFor()
  await shoot(page, 'rule-search-names')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.waitForURL(/q=rule/)
  const found = page.getByRole('grid').getByRole('row').filter({hasText: 'GiB'})
  await found.filter({hasText: some}).waitFor()
  await expect.poll(() => found.count(), patient).toBe(1)
  await box.fill('rule:nothing-called-so')
  await page.keyboard.press('Enter')
  await page.getByText('unknown rule').first().waitFor()
  await shoot(page, 'rule-search-mistake')
  expect(await seriousFindings(page)).toEqual([])
})

test('the history of a rule says who changed what, and going back to a text shows it before it is saved', async () => {
  const id = await rule('Of versions')
  const before = (await house().api.send('GET', `/api/rules/${id}`)).body as {yaml: string; revision: number}
  const other = before.yaml.replace('value: 2', 'value: 77')
  await done(house().api.send('PUT', `/api/rules/${id}`, {yaml: other, confirm: true, confirm_all: true}))
  const page = await house().visit(`/rules?rule=${id}`)
  await page.getByRole('button', {name: say('rules.more')}).press('Enter')
  await page
    .locator('[role^=menuitem]')
    .filter({hasText: say('rules.versions')})
    .press('Enter')
  const dialog = page.getByRole('dialog', {name: say('rules.versions.title', {name: 'Of versions'})})
  await dialog.getByText('value: 77', {exact: false}).waitFor()
  await dialog.getByText(say('rules.versions.first')).waitFor()
  for (const [width, theme] of [
    [1440, 'light'],
    [390, 'dark'],
  ] as const) {
    await page.setViewportSize({width, height: 844})
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `rule-versions-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
    expect(await tooWide(page)).toBe(0)
  }
  expect(await seriousFindings(page)).toEqual([])
  await page.setViewportSize({width: 1440, height: 900})
  await dialog.getByRole('button', {name: say('rules.versions.back-to', {revision: 1})}).press('Enter')
  await dialog.waitFor({state: 'detached'})
  await asText(page)
  await expect.poll(() => textOf(page).inputValue(), patient).toContain('value: 2\n')
  // Nothing changed until it is saved.
  const now = async () => (await house().api.send('GET', `/api/rules/${id}`)).body as typeof before
  expect((await now()).revision).toBe(2)
  await page.getByRole('button', {name: say('rules.save'), exact: true}).click()
  await expect.poll(async () => (await now()).revision, patient).toBe(3)
  expect((await now()).yaml).toContain('value: 2\n')
})

test('a rule that keeps by what is gone says so in the list and on its page, light, dark and on a telephone', async () => {
  const {id} = await done<WireRule>(
    house().api.send('POST', '/api/rules', {
      yaml: 'name: Keep of the old one\nwhen: {fact: obligation.profile, op: eq, value: Waxwing}\ndo:\n  - {action: skip}\nmode: live\n',
      confirm: true,
      confirm_all: true,
    }),
  )
  await done(house().api.send('PATCH', `/api/rules/${id}`, {mode: 'live', confirm: true}))
  const page = await house().visit('/rules')
  const words = say('rules.gone', {names: 'Waxwing'})
  const row = main(page).getByRole('listitem').filter({hasText: words})
  await row.first().waitFor()
  await row
    .first()
    .getByRole('link', {name: say('rules.row.review')})
    .click()
  await main(page).getByText(words).waitFor()
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `rule-gone-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
  }
  await page.setViewportSize({width: 390, height: 844})
  await shoot(page, 'rule-gone-phone')
  expect(await tooWide(page)).toBe(0)
  await done(house().api.send('PATCH', `/api/rules/${id}`, {mode: 'off'}))
})

test('by keyboard alone: a rule is written, tried, moved before another one and back, switched on and undone', async () => {
  const page = await house().visit('/rules')
  await main(page)
    .getByRole('heading', {name: say('rules.title')})
    .waitFor()
  await page.keyboard.press('n')
  await page.waitForURL(/new=true/)
  const templates = main(page).getByRole('listbox', {name: say('rules.templates')})
  await templates.getByRole('option').first().waitFor()
  await page.keyboard.type('tag what is larger than 70 GiB')
  await templates
    .getByRole('option', {selected: true})
    .filter({hasText: /70.GiB/})
    .waitFor()
  await page.keyboard.press('Enter')
  await asText(page)
  expect(await textOf(page).inputValue()).toContain('value: 70 GiB')
  const yaml = `name: By key
when: {fact: name, op: eq, value: ${JSON.stringify(some)}}
do:
  - {action: tag, names: [by-key]}
concern: keys
`
  await textOf(page).fill(yaml)
  await page.keyboard.press('Control+s')
  await page.waitForURL(/rule=r-/)
  await page.getByRole('heading', {name: 'By key', level: 1}).click()
  await page.keyboard.press('Escape')
  await page.waitForURL(/\/rules$/)
  const {id: behind} = await done<WireRule>(
    house().api.send('POST', '/api/rules', {
      yaml: yaml.replace('By key', 'Behind it').replace('by-key', 'behind'),
      confirm: true,
    }),
  )
  await page.reload()
  const rows = main(page).locator('[data-rule-row]')
  const row = rows.filter({hasText: 'By key'})
  const names = async () => {
    const all = (await house().api.get<{rules: readonly WireRule[]}>('/api/rules')).rules
    return all.map(({name}) => name).filter((it) => it === 'By key' || it === 'Behind it')
  }
  await row.waitFor()
  const isOn = () => row.evaluate((it) => it.contains(document.activeElement))
  for (let steps = 0; steps < 12 && !(await isOn()); steps++) await page.keyboard.press('j')
  expect(await isOn()).toBe(true)
  await page.keyboard.press('t')
  await row.getByRole('region', {name: say('rules.try.of', {name: 'By key'})}).waitFor()
  await row
    .getByText(say('rules.overlap', {other: say('rules.overlap.rule', {order: 3}), count: 1}), {exact: false})
    .or(row.getByText(/^Overlaps with rule \d/))
    .first()
    .waitFor()
  await shoot(page, 'rule-overlap')
  expect(await names()).toEqual(['By key', 'Behind it'])
  await toastsStay(page)
  await page.keyboard.press('Alt+ArrowDown')
  await expect.poll(names, patient).toEqual(['Behind it', 'By key'])
  await expect.poll(isOn, patient).toBe(true)
  await page
    .getByText(say('rules.moved', {name: 'By key', group: say('rules.group.move')}))
    .first()
    .waitFor()
  await page
    .getByRole('button', {name: say('toast.undo')})
    .first()
    .click()
  await expect.poll(names, patient).toEqual(['By key', 'Behind it'])

  await row.focus()
  await page.keyboard.press('m')
  await page
    .locator('[role^=menuitem]')
    .filter({hasText: say('rules.row.mode.live')})
    .press('Enter')
  const dialog = page.getByRole('dialog', {name: say('rules.live.title', {name: 'By key'})})
  await dialog.getByRole('button', {name: say('rules.live.do')}).press('Enter')
  await dialog.waitFor({state: 'detached'})
  const tagged = async () => JSON.stringify((await house().api.send('GET', '/api/torrents?tag=by-key')).body)
  await expect.poll(tagged, patient).toContain(some)
  expect((await house().api.send('DELETE', `/api/rules/${behind}`)).status).toBe(204)
  // What it did, and its undo.
  await row.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', {name: 'By key', level: 1}).waitFor()
  await page.getByRole('button', {name: say('rules.more')}).press('Enter')
  await page
    .locator('[role^=menuitem]')
    .filter({hasText: say('rules.journal')})
    .press('Enter')
  await page.waitForURL(/\/activity/)
  const did = say('story.did.addTags', {what: some})
  const undo = main(page).getByRole('button', {name: say('activity.undo-of', {what: did})})
  await undo.first().press('Enter')
  await expect.poll(tagged, patient).not.toContain(some)
})

test('on a telephone: a rule is written from a search, tried, switched on with one thumb, and what it did is undone', async () => {
  const when = `name:${JSON.stringify(some)}`
  const page = await house().visit(`/rules?new=true&when=${encodeURIComponent(when)}`, {screen: 'phone'})
  page.setDefaultTimeout(patient.timeout)
  await main(page).getByLabel(say('rule-form.name'), {exact: true}).fill('By thumb')
  await asText(page)
  await textOf(page).fill(`${await textOf(page).inputValue()}concern: thumb\n`)
  await page.getByRole('button', {name: say('rules.save.new')}).tap()
  await page.waitForURL(/rule=r-/)
  await page.goto(house().url('/rules'))
  const row = main(page).locator('[data-rule-row]').filter({hasText: 'By thumb'})
  await row.getByRole('button', {name: say('rules.try.label', {name: 'By thumb'})}).tap()
  await row
    .getByRole('region', {name: say('rules.try.of', {name: 'By thumb'})})
    .getByText(some)
    .first()
    .waitFor()
  expect(await tooWide(page)).toBe(0)
  await row.scrollIntoViewIfNeeded()
  await shoot(page, 'rule-try-phone')
  expect(await contrastFindings(page)).toEqual([])
  await row
    .getByRole('button', {
      name: say('rules.row.mode', {name: 'By thumb', mode: say('rules.row.mode.simulate')}),
    })
    .tap()
  await page.getByRole('dialog').getByText(say('rules.row.mode.live'), {exact: true}).tap()
  await page.getByRole('button', {name: say('rules.live.do')}).tap()
  const tagged = async () => JSON.stringify((await house().api.send('GET', '/api/torrents?tag=found')).body)
  await expect.poll(tagged, patient).toContain(some)
  await row.getByRole('link', {name: 'By thumb', exact: true}).tap()
  await page.getByRole('heading', {name: 'By thumb', level: 1}).waitFor()
  await main(page)
    .getByRole('button', {name: say('rules.more')})
    .tap()
  await page.getByRole('dialog').getByText(say('rules.journal'), {exact: true}).tap()
  await page.waitForURL(/\/activity/)
  const did = say('story.did.addTags', {what: some})
  const undo = main(page).getByRole('button', {name: say('activity.undo-of', {what: did})})
  await undo.first().tap()
  await expect.poll(tagged, patient).not.toContain(some)
})

test('the editor says the rule as one sentence, whose values lead to their fields, and what it would do stays at the foot', async () => {
  const page = await house().visit('/rules?new=true&begin=yaml')
  await textOf(page).fill(`name: Said whole
when:
  all:
    - {fact: complete, op: eq, value: true}
    - {fact: seedingTime, op: gte, value: 9999d}
hold: {for: 30m}
do:
  - {action: recycle, days: 14}
guards: {maxPerRun: 10}
`)
  const value = (name: RegExp) => main(page).getByRole('button', {name})
  await value(/: 9999.d, change$/).click()
  await main(page)
    .getByRole('combobox', {name: say('rule-form.which')})
    .waitFor()
  const isIn = (part: string) =>
    page.evaluate(
      (it) => document.activeElement?.closest('[data-part]')?.getAttribute('data-part') === it,
      part,
    )
  await expect.poll(() => isIn('when'), patient).toBe(true)
  // The very number is selected, so that another one is typed in its place.
  const chosen = () => page.evaluate(() => getSelection()?.toString())
  await expect.poll(chosen, patient).toBe('9999d')
  await page.keyboard.type('8888d')
  await page.keyboard.press('Escape')
  await value(/: 8,888.d, change$/).waitFor()
  await value(/: 14, change$/).click()
  await expect.poll(chosen, patient).toBe('14')
  await value(/: 30.min, change$/).click()
  await expect.poll(() => isIn('hold'), patient).toBe(true)
  await page.keyboard.press('Control+a')
  await page.keyboard.type('45m')
  await page.keyboard.press('Tab')
  await value(/: 45.min, change$/).waitFor()
  await main(page).getByText(say('rule-form.protections.shared')).waitFor()
  await main(page).getByLabel(say('rule-form.notify.acts'), {exact: true}).last().click()
  await page.getByRole('option', {name: say('rule-form.notify.on')}).click()
  for (const screen of [
    {width: 1440, height: 900},
    {width: 1000, height: 800},
    {width: 390, height: 844},
  ]) {
    await page.setViewportSize(screen)
    const foot = main(page).getByRole('link', {name: say('preview.bar.none')})
    await expect.poll(() => foot.isVisible(), patient).toBe(screen.width < 1180)
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({colorScheme: theme})
      await shoot(page, `rule-editor-${theme}-${screen.width}`)
      expect(await contrastFindings(page)).toEqual([])
    }
    expect(await tooWide(page)).toBe(0)
    expect(await seriousFindings(page)).toEqual([])
  }
  await asText(page)
  expect(await textOf(page).inputValue()).toContain('hold: {for: 45m}')
  expect(await textOf(page).inputValue()).toContain('{action: notify}')
})

test('a rule that matches everything says so before it is saved', async () => {
  const page = await house().visit('/rules?new=true&begin=yaml')
  await textOf(page).fill(`name: Everything
when: {fact: size, op: gte, value: 0}
do:
  - {action: tag, names: [all]}
`)
  await expect
    .poll(
      () =>
        main(page)
          .getByText(say('preview.everything', {count: 12}))
          .count(),
      patient,
    )
    .toBe(2)
  await shoot(page, 'rule-everything')
  expect(await seriousFindings(page)).toEqual([])
})

test('at an overlap two rules are swapped, with a look at what is done otherwise then, and back', async () => {
  const rules = ['Aside first', 'Stop second'].map(
    (name, at) => `name: ${name}
when: {fact: name, op: eq, value: ${JSON.stringify(some)}}
mode: ask
concern: swapped
do:
  - {action: ${at === 0 ? 'recycle' : 'remove'}}
`,
  )
  for (const yaml of rules) {
    await done<WireRule>(house().api.send('POST', '/api/rules', {yaml, confirm: true}))
  }
  const names = async () =>
    (await listed()).rules.map(({name}) => name).filter((it) => rules.some((yaml) => yaml.includes(it)))
  expect(await names()).toEqual(['Aside first', 'Stop second'])
  const page = await house().visit('/rules')
  const swapped = {one: 'Aside first', other: 'Stop second'}
  const behind = (await listed()).rules.find(({name}) => name === 'Stop second')!
  const preview = page.getByRole('region', {name: say('preview.title')})
  await page.goto(house().url(`/rules?rule=${behind.id}`))
  await preview.getByText(say('preview.overlap.behind', {count: 1, name: 'Aside first'})).waitFor()
  await shoot(page, 'rule-overlap-preview')
  await page.goto(house().url('/rules'))
  const swap = main(page).getByRole('button', {name: say('rules.swap.label', swapped)})
  await toastsStay(page)
  await swap.press('Enter')
  const dialog = page.getByRole('dialog', {name: say('rules.swap.title', swapped)})
  await dialog.getByText(say('rules.swap.says', {...swapped, count: 1})).waitFor()
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `rule-swap-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
  }
  expect(await seriousFindings(page)).toEqual([])
  expect(await names()).toEqual(['Aside first', 'Stop second'])
  await dialog.getByRole('button', {name: say('rules.swap.do')}).click()
  await expect.poll(names, patient).toEqual(['Stop second', 'Aside first'])
  await page
    .getByRole('button', {name: say('toast.undo')})
    .first()
    .click()
  await expect.poll(names, patient).toEqual(['Aside first', 'Stop second'])
  for (const {id, name} of (await listed()).rules) {
    if (rules.some((yaml) => yaml.includes(name))) await house().api.send('DELETE', `/api/rules/${id}`)
  }
})

test('on a telephone every value of a sentence is in one sheet: both ends of a range, and yes or no', async () => {
  const yaml = `name: In a sheet
when: {fact: ratio, op: between, value: [90, 95]}
do:
  - {action: superSeed, on: true}
concern: sheet
`
  const {id} = await done<WireRule>(house().api.send('POST', '/api/rules', {yaml}))
  const text = async () => (await house().api.get<{yaml: string}>(`/api/rules/${id}`)).yaml
  const page = await house().visit('/rules', {screen: 'phone'})
  const row = main(page).locator('[data-rule-row]').filter({hasText: 'In a sheet'})
  await row.getByRole('button', {name: /^ratio: .*change$/}).tap()
  const sheet = page.getByRole('dialog', {name: say('rules.values', {name: 'In a sheet'})})
  await sheet.getByLabel(say('rules.blank.from'), {exact: true}).fill('91')
  await sheet.getByText(say('rules.blank.effect.same', {count: 0})).waitFor()
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `rule-values-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
  }
  expect(await seriousFindings(page)).toEqual([])
  await sheet.getByLabel(say('rules.blank.to'), {exact: true}).fill('')
  await sheet.getByRole('button', {name: say('rules.save'), exact: true}).tap()
  await sheet.getByText(say('rules.blank.empty-pair')).waitFor()
  await sheet.getByLabel(say('rules.blank.to'), {exact: true}).fill('96')
  await sheet.getByRole('button', {name: say('rules.save'), exact: true}).tap()
  await expect.poll(text, patient).toMatch(/- 91\s+- 96/)
  await sheet.waitFor({state: 'detached'})
  await row.getByRole('button', {name: /^on: on, change$/}).tap()
  await sheet.getByRole('radio', {name: say('sentence.off')}).tap()
  await sheet.getByRole('button', {name: say('rules.save'), exact: true}).tap()
  await expect.poll(text, patient).toContain('on: false')
})

test.each(isFull ? (['phone', 'desk'] as const) : (['phone'] as const))(
  'what is half typed of a value stays while its rule is read again, switched off or changed elsewhere: %s',
  async (screen) => {
    const name = `Half typed on a ${screen}`
    const yaml = (when: string) => `name: ${name}
when: ${when}
do:
  - {action: superSeed, on: true}
concern: ${screen}
`
    const first = '{fact: ratio, op: gt, value: 90}'
    const {id} = await done<WireRule>(house().api.send('POST', '/api/rules', {yaml: yaml(first)}))
    const now = () => house().api.get<{yaml: string; revision: number}>(`/api/rules/${id}`)
    const change = async (when: string) =>
      done(house().api.send('PUT', `/api/rules/${id}`, {yaml: yaml(when), revision: (await now()).revision}))
    const page = await house().visit('/rules', {screen})
    const row = main(page).locator('[data-rule-row]').filter({hasText: name})
    await row.getByRole('button', {name: /^ratio: .*change$/}).click()
    const field = page.getByRole('dialog').getByRole('textbox')
    await field.fill('95')
    // Another value: what is typed stays, and the other one is offered.
    await change('{fact: ratio, op: gt, value: 80}')
    const meanwhile = page.getByText(say('rules.blank.meanwhile', {value: '80'}))
    await meanwhile.waitFor(patient)
    expect(await field.inputValue()).toBe('95')
    // It is off, so that its row stands elsewhere.
    await done(house().api.send('PATCH', `/api/rules/${id}`, {mode: 'off'}))
    await page
      .locator('summary')
      .filter({hasText: name})
      .waitFor({state: 'attached', ...patient})
    expect(await field.inputValue()).toBe('95')
    await page.getByRole('button', {name: say('rules.blank.take')}).click()
    await expect.poll(() => field.inputValue(), patient).toBe('80')
    await meanwhile.waitFor({state: 'detached'})
    // Something else stands in its place: it is written where it stands now.
    await field.fill('96')
    await change('{all: [{fact: uploaded, op: gt, value: 1 GiB}, {fact: ratio, op: gt, value: 80}]}')
    const says = page.locator('[data-rule-row]').filter({hasText: name})
    await says.getByText(/1\sGiB/).waitFor({state: 'attached', ...patient})
    expect(await field.inputValue()).toBe('96')
    await page
      .getByRole('dialog')
      .getByRole('button', {name: say('rules.save'), exact: true})
      .click()
    await expect.poll(async () => (await now()).yaml, patient).toMatch(/1 GiB[^]*value: 96/)
    await page.getByRole('dialog').waitFor({state: 'detached'})
    // It is not there any more: what was typed can still be read.
    await row.getByRole('button', {name: /^ratio: 96, change$/}).click()
    await field.fill('97')
    await change('{fact: uploaded, op: gt, value: 1 GiB}')
    await page.getByText(say('rules.blank.gone.typed', {label: 'ratio', typed: '97'})).waitFor(patient)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({state: 'detached'})
    await done(house().api.send('DELETE', `/api/rules/${id}`))
  },
)

test('the focus is never lost: after a template, a save by key, Escape in the search, and a step to a group', async () => {
  const page = await house().visit('/rules?new=true')
  const lost = async () => (await focusOf(page)).isLost
  const field = main(page).getByRole('combobox', {name: say('rules.templates.describe')})
  await main(page).getByRole('option').first().waitFor(patient)
  await field.fill('tag')
  await field.press('ArrowDown')
  const order = () => main(page).getByRole('option').allInnerTexts()
  const names = (all: readonly string[]) => all.map((it) => it.split('\n')[0])
  const before = names(await order())
  await field.press('Enter')
  await main(page)
    .getByRole('button', {name: say('rules.save.new')})
    .waitFor(patient)
  await expect.poll(lost, patient).toBe(false)
  // The way back leads to what was described.
  await page.goBack()
  await expect.poll(() => field.inputValue(), patient).toBe('tag')
  await expect.poll(async () => names(await order()), patient).toEqual(before)
  await page.goto(house().url('/rules?new=true&when=ratio%3E99'))
  const name = main(page).getByLabel(say('rule-form.name'), {exact: true})
  await name.fill('Saved by key')
  await name.press('Control+s')
  await expect.poll(() => written('Saved by key'), patient).toBeDefined()
  await page.waitForURL(/rule=/)
  await expect.poll(lost, patient).toBe(false)
  // Ctrl Enter does what the dialog is for, wherever the focus is in it: at first on the way out.
  await page.getByRole('radio', {name: say('rules.mode.live')}).click()
  const dialog = page.getByRole('dialog', {name: say('rules.live.title', {name: 'Saved by key'})})
  await dialog.waitFor(patient)
  await page.keyboard.press('Control+Enter')
  await expect.poll(async () => (await written('Saved by key'))?.mode, patient).toBe('live')
  await dialog.waitFor({state: 'detached'})
  await expect.poll(lost, patient).toBe(false)
  const box = main(page).getByRole('combobox').first()
  await box.focus()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect.poll(lost, patient).toBe(false)
  await page.goto(house().url('/rules'))
  const strip = main(page).getByRole('navigation', {name: say('rules.order')})
  await strip.getByRole('link').first().press('Enter')
  await expect.poll(lost, patient).toBe(false)
})

test('a new rule is described in one’s own words, begins with a template, and goes back to others', async () => {
  const page = await house().visit('/torrents?q=is%3Acomplete')
  await page.getByRole('button', {name: say('search.make-rule')}).waitFor()
  await page.getByRole('link', {name: say('nav.rules'), exact: true}).click()
  await main(page)
    .getByRole('link', {name: say('rules.new'), exact: true})
    .click()
  const field = main(page).getByRole('combobox', {name: say('rules.templates.describe')})
  const options = main(page).getByRole('option')
  await expect.poll(() => options.count(), patient).toBe(18)
  await main(page)
    .getByRole('link', {name: say('rules.begin.search.count', {count: 12})})
    .waitFor()
  // Each says what it would do now.
  await expect.poll(() => options.getByText(say('rules.templates.effect.wait')).count(), patient).toBe(0)
  for (const screen of [
    {width: 1440, height: 900},
    {width: 390, height: 844},
  ]) {
    await page.setViewportSize(screen)
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({colorScheme: theme})
      await shoot(page, `rule-templates-${theme}-${screen.width}`)
      expect(await contrastFindings(page)).toEqual([])
    }
    expect(await tooWide(page)).toBe(0)
    expect(await seriousFindings(page)).toEqual([])
  }
  await page.setViewportSize({width: 1440, height: 900})
  await field.fill('xylophone')
  await main(page).getByText(say('rules.templates.none')).waitFor()
  // What is dropped is said, and a figure goes nowhere that the words do not name.
  await field.fill('favorite films 30 days')
  await main(page)
    .getByText(say('rules.templates.not-understood', {words: 'films'}))
    .waitFor()
  await main(page)
    .getByText(say('rules.templates.unset.all', {figures: '30 days'}))
    .waitFor()
  for (const [width, theme] of [
    [1440, 'light'],
    [390, 'dark'],
  ] as const) {
    await page.setViewportSize({width, height: 844})
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `rule-not-understood-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
    expect(await tooWide(page)).toBe(0)
  }
  await page.setViewportSize({width: 1440, height: 900})
  await field.fill('stop at ratio 4.5')
  await options.first().click()
  await page.waitForURL(/begin=/)
  await main(page)
    .getByRole('link', {name: say('rules.begin.other')})
    .waitFor()
  await asText(page)
  await expect.poll(() => textOf(page).inputValue(), patient).toContain('value: 4.5')
  await main(page)
    .getByRole('link', {name: say('rules.begin.other')})
    .click()
  await expect.poll(() => field.inputValue(), patient).toBe('stop at ratio 4.5')
  await main(page)
    .getByRole('link', {name: say('rules.begin.search.count', {count: 12})})
    .click()
  await page.waitForURL(/when=/)
})

test('the key N begins a new rule, and what is typed then describes it', async () => {
  const page = await house().visit('/rules')
  await main(page)
    .getByRole('link', {name: say('rules.new'), exact: true})
    .waitFor()
  await page.keyboard.press('n')
  const field = main(page).getByRole('combobox', {name: say('rules.templates.describe')})
  await expect.poll(() => field.evaluate((it) => it === document.activeElement), patient).toBe(true)
  await page.keyboard.type('tag torrents bigger than 50 GB')
  expect(await field.inputValue()).toBe('tag torrents bigger than 50 GB')
})

test('a search that names a server becomes a rule about that server', async () => {
  const {servers} = await house().api.get<{servers: {server_id: string; server_name: string}[]}>(
    '/api/servers',
  )
  const {server_id: id} = servers.find((it) => it.server_name === 'box')!
  expect(id).not.toBe('box')
  const page = await house().visit('/torrents?q=ratio%3E9999%20server%3Abox')
  await page.getByRole('button', {name: say('search.make-rule')}).click()
  await page.waitForURL(/new=true/)
  const box = main(page).getByRole('combobox', {name: say('rule-form.which')})
  await expect.poll(() => box.inputValue(), patient).toBe('ratio>9999 server:box')
  await main(page).getByLabel(say('rule-form.name'), {exact: true}).fill('Of the box')
  await page.getByRole('button', {name: say('rules.save.new')}).click()
  await page.waitForURL(/rule=r-/)
  const made = (await written('Of the box'))!.id
  expect((await house().api.get<{yaml: string}>(`/api/rules/${made}`)).yaml).toContain(id)
})

test('a pasted list of rules is shown as sentences, with mistakes in their lines, and created as a whole', async () => {
  const page = await house().visit('/rules?new=true&begin=yaml')
  const one = (name: string, fact: string) =>
    `  - id: ${name}\n    name: Pasted ${name}\n    when: {fact: ${fact}, op: gt, value: 700}\n    do: [{action: tag, names: [x]}]\n`
  await textOf(page).fill(`rules:\n${one('a', 'ratio')}${one('b', 'nope')}`)
  const several = main(page).getByRole('region', {name: say('rules.several.title', {count: 2})})
  await several.getByText('When a torrent’s ratio is above 700, tag it x.').waitFor()
  const line = several.getByRole('button', {name: say('rules.jump', {line: 8})})
  await line.waitFor()
  await line.click()
  await expect
    .poll(() => textOf(page).evaluate((box: HTMLTextAreaElement) => box.selectionStart), patient)
    .toBe(`rules:\n${one('a', 'ratio')}  - id: b\n    name: Pasted b\n`.length)
  await page.setViewportSize({width: 390, height: 844})
  await page.emulateMedia({colorScheme: 'dark'})
  await shoot(page, 'rules-several-dark')
  expect(await contrastFindings(page)).toEqual([])
  expect(await tooWide(page)).toBe(0)
  expect(await seriousFindings(page)).toEqual([])
  await textOf(page).fill(`rules:\n${one('a', 'ratio')}${one('b', 'seedsSwarm')}`)
  await several.getByText(say('preview.why.no-torrent')).nth(1).waitFor()
  await several.getByRole('button', {name: say('rules.several.create', {count: 2})}).click()
  await page.getByRole('listitem', {name: 'Pasted a', exact: true}).waitFor()
  await page.getByRole('listitem', {name: 'Pasted b', exact: true}).waitFor()
})

test('a search becomes a rule in the same words, with suggestions and mistakes under the word, and leads back', async () => {
  const page = await house().visit('/torrents?q=is%3Acomplete%20ratio%3E0')
  await page.getByRole('button', {name: say('search.make-rule')}).click()
  await page.waitForURL(/new=true/)
  const box = main(page).getByRole('combobox', {name: say('rule-form.which')})
  await expect.poll(() => box.inputValue(), patient).toBe('is:complete ratio>0')
  await main(page)
    .getByRole('link', {name: like('rule-form.which.show_other')})
    .waitFor()
  await box.focus()
  await page.keyboard.press('End')
  await page.keyboard.type(' obligation_me')
  await page.getByRole('option', {name: /^obligation_met:/}).waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.type('perhaps')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Enter')
  await main(page).getByText(say('mistake.unknown_value'), {exact: false}).first().waitFor()
  await main(page)
    .getByText(say('search.accepted', {values: 'yes, no, none'}))
    .first()
    .waitFor()
  await shoot(page, 'rule-box-mistake')
  // What is not understood is not saved as what it was before.
  await page.getByRole('button', {name: say('rules.save.new')}).click()
  await main(page)
    .getByRole('alert')
    .getByText(/obligation_met:perhaps/)
    .waitFor()
  await box.fill('is:complete (ratio>0 OR added>9999d) -tag:keep')
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `rule-box-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
  }
  expect(await seriousFindings(page)).toEqual([])
  await page.setViewportSize({width: 390, height: 844})
  await box.scrollIntoViewIfNeeded()
  await shoot(page, 'rule-box-phone')
  expect(await tooWide(page)).toBe(0)
  await page.setViewportSize({width: 1440, height: 900})
  await main(page).getByLabel(say('rule-form.name'), {exact: true}).fill('From words')
  await asText(page)
  expect(await textOf(page).inputValue()).toContain("when: 'is:complete (ratio>0 OR added>9999d) -tag:keep'")
  await page.getByRole('button', {name: say('rules.save.new')}).click()
  await page.waitForURL(/rule=r-/)
  // Saved it is a tree, which the box still says in words.
  await expect.poll(() => box.inputValue(), patient).toBe('is:complete (ratio>0 OR added>9999d) -tag:keep')
  await main(page)
    .getByRole('button', {name: say('rule-form.which.tree')})
    .click()
  await main(page)
    .getByRole('button', {name: say('rule-form.remove', {what: 'ratio'})})
    .waitFor()
  await main(page)
    .getByRole('button', {name: say('rule-form.which.box')})
    .click()
  await box.waitFor()
})

test.runIf(isFull)(
  'what was written outlives the back button and a reload, and overwrites nothing of another tab',
  async () => {
    house().excuse(/409/)
    const id = await rule('Of tabs')
    const page = await house().visit(`/rules?rule=${id}`)
    await asText(page)
    const mine = (await textOf(page).inputValue()).replace('- of tabs', '- mine')
    await textOf(page).fill(mine)
    await page.getByRole('link', {name: say('nav.torrents'), exact: true}).click()
    await page.waitForURL(/\/torrents/)
    await page.goBack()
    await asText(page)
    expect(await textOf(page).inputValue()).toBe(mine)
    await page.reload()
    await asText(page)
    expect(await textOf(page).inputValue()).toBe(mine)

    // Another tab changes it meanwhile; this one reads the rule again, and keeps what was written.
    const other = await house().visit(`/rules?rule=${id}`)
    await asText(other)
    await textOf(other).fill((await textOf(other).inputValue()).replace('- of tabs', '- theirs'))
    await other.getByRole('button', {name: say('rules.save'), exact: true}).click()
    // The button itself is called otherwise while it saves.
    await other.getByRole('button', {name: say('rules.revert')}).waitFor({state: 'detached'})
    await page.reload()
    await asText(page)
    expect(await textOf(page).inputValue()).toBe(mine)
    // Which of both it is to be is asked before anything is saved, and again where a save finds another text.
    const lines = (which: 'mine' | 'theirs') =>
      page.getByRole('listitem').filter({hasText: say(`rules.conflict.${which}`)})
    await lines('theirs').filter({hasText: '- theirs'}).waitFor()
    await lines('mine').filter({hasText: '- mine'}).waitFor()
    await page.getByText(say('rules.draft'), {exact: true}).waitFor()
    await page.getByRole('button', {name: say('rules.save'), exact: true}).click()
    const yaml = async () => (await house().api.get<{yaml: string}>(`/api/rules/${id}`)).yaml
    await lines('theirs').filter({hasText: '- theirs'}).waitFor()
    expect(await yaml()).toContain('theirs')
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({colorScheme: theme})
      await shoot(page, `rule-conflict-${theme}`)
      expect(await contrastFindings(page)).toEqual([])
    }
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('button', {name: say('rules.conflict.take')}).click()
    await expect.poll(() => textOf(page).inputValue()).toContain('theirs')
    await page.getByRole('button', {name: say('rules.conflict.take')}).waitFor({state: 'detached'})

    // The other way round: the later one is kept.
    await textOf(page).fill((await textOf(page).inputValue()).replace('- theirs', '- later'))
    await textOf(other).fill((await textOf(other).inputValue()).replace('- theirs', '- earlier'))
    await other.getByRole('button', {name: say('rules.save'), exact: true}).click()
    await other.getByRole('button', {name: say('rules.revert')}).waitFor({state: 'detached'})
    await page.getByRole('button', {name: say('rules.save'), exact: true}).click()
    await lines('theirs').filter({hasText: '- earlier'}).waitFor()
    expect(await yaml()).toContain('- earlier')
    await page.getByRole('button', {name: say('rules.conflict.keep')}).click()
    await expect.poll(yaml).toContain('- later')
    await page.getByRole('button', {name: say('rules.conflict.keep')}).waitFor({state: 'detached'})

    // What comes back says that it is a draft, and is let go.
    const saved = await textOf(page).inputValue()
    await textOf(page).fill(saved.replace('- later', '- draft'))
    await page.reload()
    await page.getByText(say('rules.draft'), {exact: true}).waitFor()
    await page.getByRole('button', {name: say('rules.draft.discard')}).click()
    await asText(page)
    expect(await textOf(page).inputValue()).toBe(saved)
  },
)

test.runIf(isFull)(
  'what a user wrote is not shown to another one who logs in at the same browser',
  async () => {
    const mia = {name: 'mia', password: 'an ample password', role: 'member'}
    expect((await house().api.send('POST', '/api/users', mia)).status).toBe(201)
    const page = await house().visit('/login', {}, null)
    await logIn(page, administrator)
    const edit = async () => {
      await page.getByRole('link', {name: say('nav.torrents'), exact: true}).waitFor()
      await page.goto(house().url('/rules?new=true&begin=empty'))
      await asText(page)
    }
    await edit()
    const begin = await textOf(page).inputValue()
    await textOf(page).fill('name: Of Ada')
    // His session ends, and somebody else goes on.
    await page.context().clearCookies()
    await page.goto(house().url('/login'))
    await logIn(page, {username: mia.name, password: mia.password})
    await edit()
    expect(await textOf(page).inputValue()).toBe(begin)
    // Who logs out leaves nothing.
    await textOf(page).fill('name: Of Mia')
    await logOut(page, {username: mia.name})
    expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain('Of Mia')
  },
)

test.runIf(isFull)('a preview names the torrents behind its figures', async () => {
  const page = await house().visit('/rules?new=true&begin=empty')
  await asText(page)
  await textOf(page).fill(gils.replace('guards: {maxPerRun: 2}', 'hold: {for: 30d}'))
  const preview = page.getByRole('region', {name: say('preview.title')})
  // Until then it shows the preview of the text before, whose lists close when this one comes.
  const ofThisText = preview.and(page.locator(':not([aria-busy])'))
  await ofThisText.getByText(say('preview.which')).first().click()
  await preview.getByRole('link').first().waitFor()
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `preview-which-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
  }
  expect(await seriousFindings(page)).toEqual([])
  await page.setViewportSize({width: 390, height: 844})
  await preview.getByRole('link').first().scrollIntoViewIfNeeded()
  await shoot(page, 'preview-which-phone')
  expect(await tooWide(page)).toBe(0)
})

test.runIf(isFull)(
  'what it did stands in the journal and in the timeline of the torrent, with its reasons',
  async () => {
    await rule('Told', 'mode: live\n')
    const page = await house().visit('/activity?who=rule&hidden=true')
    const row = main(page).getByRole('listitem').filter({hasText: 'Told'}).first()
    await row.getByRole('button', {expanded: false}).first().click()
    await row.getByText(say('activity.why'), {exact: true}).first().click()
    await row.getByText('age', {exact: true}).first().waitFor()
    expect(await row.textContent()).toContain('Told')
  },
)

test.runIf(isFull)(
  'the same rule as fields: what is selected there stands in the text, and the rest of it stays',
  async () => {
    const page = await house().visit('/rules?new=true&begin=yaml')
    const field = (name: string) => main(page).getByLabel(name, {exact: true})
    await textOf(page).fill(`name: Well seeded and old
scope: {privacy: public}
when:
  all:
    - {fact: complete, op: eq, value: true}
    - {fact: ratio, op: gt, value: 2}
    - {fact: age, op: gt, value: 14d}
do:
  - {action: removeWithData}
guards: {maxPerRun: 10, maxPerDay: 50}
`)
    await main(page)
      .getByRole('radio', {name: say('rules.view.form')})
      .click()
    const choose = async (box: string, word: string | RegExp, part = 'rule-form.do' as TextKey) => {
      await main(page)
        .getByRole('region', {name: say(part), exact: true})
        .getByLabel(box, {exact: true})
        .last()
        .click()
      await page.getByRole('option', {name: word}).first().click()
    }
    await field(say('rule-form.name')).fill('By fields')
    await main(page)
      .getByRole('button', {name: say('rule-form.which.tree')})
      .click()
    await choose(say('rule-form.add-condition'), /^seeding time/, 'rule-form.when')
    await field(say('rule-form.value', {fact: 'seeding time'})).fill('30d')
    await main(page)
      .getByRole('button', {name: say('rule-form.remove', {what: 'ratio'})})
      .click()
    await choose(say('rule-form.action'), /^Add tags/)
    await choose(say('rule-form.hold'), say('rule-form.hold.for'), 'rule-form.held')
    await asText(page)
    expect(await textOf(page).inputValue()).toBe(`name: By fields
scope: {privacy: public}
when:
  all:
    - {fact: complete, op: eq, value: true}
    - {fact: age, op: gt, value: 14d}
    - {fact: seedingTime, op: gt, value: 30d}
do:
  - {action: tag, names: []}
guards: {maxPerRun: 10, maxPerDay: 50}
hold: {for: 30m}
`)
    // What is missing is told, and found from the fields, too.
    await main(page)
      .getByRole('radio', {name: say('rules.view.form')})
      .click()
    await main(page)
      .getByRole('button', {name: say('rules.jump', {line: 9})})
      .click()
    expect(await textOf(page).evaluate((box: HTMLTextAreaElement) => box.selectionStart)).toBeGreaterThan(0)
  },
)

test.runIf(isFull)(
  'S09 a rule about orphans has no fields for what only torrents have, but shows what is written of it',
  async () => {
    const page = await house().visit('/rules?new=true&begin=empty')
    await asText(page)
    const region = (name: TextKey) => main(page).getByRole('region', {name: say(name), exact: true})
    const written = (more: string) => `name: Aside
subject: path
${more}when: {fact: path.fileAge, op: gte, value: 7d}
do:
  - {action: orphan.recycle, days: 30}
`
    const asForm = () =>
      main(page)
        .getByRole('radio', {name: say('rules.view.form')})
        .click()
    await textOf(page).fill(written(''))
    await asForm()
    await region('rule-form.asked').getByText(say('rule-form.asked.looked')).waitFor()
    expect(await region('rule-form.where').count()).toBe(0)
    expect(await region('rule-form.held').count()).toBe(0)
    await region('rule-form.limits')
      .getByRole('button', {name: say('rule-form.add')})
      .click()
    const offered = page.getByRole('menuitem')
    await offered.first().waitFor()
    expect(await offered.allTextContents()).not.toContain(say('rule-form.guard.maxPerTracker'))
    expect(await offered.allTextContents()).toContain(say('rule-form.guard.quarantine'))
    await page.keyboard.press('Escape')

    await asText(page)
    await textOf(page).fill(written('scope: {privacy: public}\n'))
    await asForm()
    await region('rule-form.where')
      .getByRole('button', {name: say('rule-form.remove', {what: say('rule-form.scope.privacy')})})
      .click()
    await asText(page)
    expect(await textOf(page).inputValue()).not.toContain('privacy')
  },
)

for (const screen of ['desk', 'phone', 'small'] as const) {
  test.runIf(isFull)(`rules can be read by everybody and fit: ${screen}`, async () => {
    const id = await rule(`Seen on ${screen}`)
    for (const path of ['/rules', `/rules?rule=${id}`, '/rules?new=true', '/rules?new=true&begin=empty']) {
      const page = await house().visit(path, {screen})
      await page.getByRole('heading', {level: 1}).waitFor()
      await page.waitForLoadState('networkidle').catch(() => undefined)
      expect(await tooWide(page), path).toBe(0)
      await shoot(page, `rules-${screen}${path.replaceAll(/\W+/g, '-')}`)
      expect(await seriousFindings(page), path).toEqual([])
      await page.emulateMedia({colorScheme: 'dark'})
      expect(await contrastFindings(page), path).toEqual([])
      await page.close()
    }
  })
}

test.runIf(isFull)('a rule of one’s own is removed when that is confirmed', async () => {
  const name = 'Not for long'
  const id = await rule(name)
  const page = await house().visit(`/rules?rule=${id}`)
  await main(page)
    .getByRole('button', {name: say('rules.more'), exact: true})
    .click()
  await page.getByRole('menuitem', {name: say('rules.remove')}).click()
  await page
    .getByRole('dialog')
    .getByRole('button', {name: say('rules.remove.do')})
    .click()
  await page.getByText(say('rules.removed', {name})).first().waitFor()
  expect(await written(name)).toBeUndefined()
})
