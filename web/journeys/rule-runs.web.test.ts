/** Rules that people have look now: they see what these would do, and exactly that is done. */
import type {Page} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {done} from '#test/program/fleet-harness.fixture.ts'
import {houseFor, patient, tooWide} from './harness.fixture.ts'
import {toastsStay} from './holding.fixture.ts'
import {like, say} from './words.fixture.ts'

const house = houseFor({
  simulated: [{name: 'box', kind: 'qbittorrent', version: '5.1.0', seed: 4, count: 12, mix: 'seeding'}],
})
let some: string
beforeAll(async () => {
  const {torrents} = await house().api.list()
  some = torrents[0]!['name'] as string
})

/** It looks once a year. */
async function yearly(name: string, more: string): Promise<void> {
  const yaml = `name: ${name}
when: {fact: name, op: eq, value: ${JSON.stringify(some)}}
schedule: {cron: '0 3 1 1 *'}
do:
  - {action: tag, names: [${name.toLowerCase()}]}
conflict: additive
${more}`
  await done(house().api.send('POST', '/api/rules', {yaml, confirm: true}))
}

const main = (page: Page) => page.getByRole('main')
const rowOf = (page: Page, name: string) => main(page).getByRole('listitem', {name, exact: true})
const tagged = async (tag: string) =>
  JSON.stringify((await house().api.send('GET', `/api/torrents?tag=${tag}`)).body)

test('rules that are selected by keyboard and mouse run now at what was shown, and no other does', async () => {
  for (const name of ['First', 'Second', 'Third']) await yearly(name, 'mode: live\n')
  await yearly('Later', 'mode: live\nhold: {for: 30d}\n')
  const page = await house().visit('/rules')
  await rowOf(page, 'First').waitFor()
  await rowOf(page, 'First').focus()
  await page.keyboard.press('x')
  await rowOf(page, 'Second').hover()
  await rowOf(page, 'Second')
    .getByRole('checkbox', {name: say('rules.select', {name: 'Second'})})
    .first()
    .click()
  await main(page)
    .getByRole('button', {name: say('rules.run.selected', {count: 2})})
    .click()
  const dialog = page.getByRole('dialog', {name: say('rules.run.title')})
  // Both act on the same torrent.
  await dialog.getByText(/^Together: 1 torrent, /).waitFor()
  await dialog.getByRole('region', {name: 'First'}).getByText(some).waitFor()
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `rule-runs-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
  }
  expect(await seriousFindings(page)).toEqual([])
  await dialog.getByRole('button', {name: say('rules.run.do', {count: 2})}).click()
  await dialog.waitFor({state: 'detached'})
  await expect.poll(() => tagged('first'), patient).toContain(some)
  await expect.poll(() => tagged('second'), patient).toContain(some)
  expect(await tagged('third')).not.toContain(some)

  // A row has it in its menu; what waits for its time waits on.
  await rowOf(page, 'Later')
    .getByRole('button', {name: /^Place of “Later”/})
    .first()
    .click()
  await page
    .locator('[role^=menuitem]')
    .filter({hasText: say('rules.run')})
    .click()
  const later = page.getByRole('dialog', {name: say('rules.run.title-one', {name: 'Later'})})
  await later.getByText(say('preview.none'), {exact: false}).first().waitFor()
  const verb = later.getByRole('button', {name: say('rules.run.do', {count: 1})})
  expect(await verb.getAttribute('aria-disabled')).toBe('true')
  await page.keyboard.press('Escape')
  await later.waitFor({state: 'detached'})

  // What a rule did this week is counted beside it, and leads to it.
  await page.reload()
  const did = rowOf(page, 'First').getByRole('link', {
    name: say('rules.week.of', {name: 'First', did: say('did.labelled', {count: 1})}),
  })
  await did.waitFor()
  await rowOf(page, 'First').getByRole('img').waitFor()
  await shoot(page, 'rule-week')
  expect(await contrastFindings(page)).toEqual([])
  await did.click()
  await main(page)
    .getByText(say('story.did.addTags', {what: some}), {exact: false})
    .first()
    .waitFor()
})

test('on a phone all rules run from the head of the page, and a dry run only reports', async () => {
  await yearly('Reporting', 'mode: simulate\n')
  const page = await house().visit('/rules')
  await page.setViewportSize({width: 390, height: 844})
  await main(page)
    .getByRole('button', {name: say('rules.run'), exact: true})
    .click()
  const dialog = page.getByRole('dialog', {name: say('rules.run.title')})
  await dialog.getByRole('region', {name: 'Reporting'}).getByText(some).waitFor()
  await dialog
    .getByText(like('rules.run.all_one'))
    .or(dialog.getByText(like('rules.run.all_other')))
    .waitFor()
  await shoot(page, 'rule-runs-phone')
  expect(await tooWide(page)).toBeLessThanOrEqual(0)
  await dialog.getByRole('button', {name: /^Run \d+ rules?$/}).click()
  await dialog.waitFor({state: 'detached'})
  const simulated = async () =>
    JSON.stringify((await house().api.send('GET', '/api/journal?outcome=simulated')).body)
  await expect.poll(simulated, patient).toContain('Reporting')
  expect(await tagged('reporting')).not.toContain(some)
})

test('an administrator has all rules only watch, sees that everywhere, and lets them act again', async () => {
  await yearly('Watched', 'mode: live\n')
  const mode = async () => {
    const {rules} = (await house().api.send('GET', '/api/rules')).body as {
      rules: readonly {name: string; mode: string; mode_then: string | null}[]
    }
    const {mode: now, mode_then: then} = rules.find(({name}) => name === 'Watched')!
    return [now, then]
  }
  const page = await house().visit('/rules')
  await main(page)
    .getByRole('button', {name: say('watch.begin')})
    .click()
  await page
    .getByRole('dialog', {name: say('watch.begin.title')})
    .getByRole('button', {name: say('watch.begin.do')})
    .click()
  await main(page).getByText(say('watch.lead'), {exact: false}).first().waitFor()
  await page.getByText(say('watching')).first().waitFor()
  expect(await mode()).toEqual(['simulate', 'live'])
  await shoot(page, 'watch-only')

  await page.goto(house().url('/settings'))
  await main(page).getByText(say('watch.is.on')).waitFor()
  await main(page).getByRole('searchbox').fill('watch only')
  await main(page)
    .getByRole('button', {name: say('watch.end')})
    .click()
  const dialog = page.getByRole('dialog', {name: say('watch.end.title')})
  await dialog.getByRole('listitem').filter({hasText: 'Watched'}).waitFor()
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({colorScheme: theme})
    await shoot(page, `watch-end-${theme}`)
    expect(await contrastFindings(page)).toEqual([])
  }
  expect(await seriousFindings(page)).toEqual([])
  await dialog.getByRole('button', {name: say('watch.end.do')}).click()
  await main(page).getByText(say('watch.is.off')).waitFor()
  await expect.poll(mode, patient).toEqual(['live', null])
})

test('a rule that was switched or removed is as it was before with one click', async () => {
  await yearly('Switched', 'mode: ask\n')
  const modes = async () => {
    const {rules} = (await house().api.send('GET', '/api/rules')).body as {
      rules: readonly {name: string; mode: string}[]
    }
    return rules.filter(({name}) => name === 'Switched').map(({mode}) => mode)
  }
  const page = await house().visit('/rules')
  await toastsStay(page)
  const undo = () =>
    page
      .getByRole('button', {name: say('toast.undo')})
      .first()
      .click()
  await rowOf(page, 'Switched').locator('[data-mode]').click()
  await page
    .locator('[role^=menuitem]')
    .filter({hasText: say('rules.row.mode.simulate')})
    .click()
  await expect.poll(modes, patient).toEqual(['simulate'])
  await undo()
  await expect.poll(modes, patient).toEqual(['ask'])

  await rowOf(page, 'Switched').getByRole('link', {name: 'Switched'}).first().click()
  await page.getByRole('heading', {name: 'Switched', level: 1}).waitFor()
  await page.getByRole('button', {name: say('rules.more')}).click()
  await page
    .locator('[role^=menuitem]')
    .filter({hasText: say('rules.remove')})
    .click()
  await page.getByRole('button', {name: say('rules.remove.do')}).click()
  await expect.poll(modes, patient).toEqual([])
  await page
    .getByText(say('rules.removed', {name: 'Switched'}))
    .first()
    .waitFor()
  await undo()
  await expect.poll(modes, patient).toEqual(['ask'])
  await rowOf(page, 'Switched').waitFor()
})

test('a rule that matches everything is saved only by who says that this is meant', async () => {
  house().excuse(/409/)
  const page = await house().visit('/rules?new=true&begin=empty')
  await main(page)
    .getByRole('radio', {name: say('rules.view.yaml')})
    .click()
  await main(page)
    .getByLabel(say('rules.text'))
    .fill('name: Everything\nwhen: {fact: age, op: gte, value: 0s}\ndo: [{action: tag, names: [all]}]\n')
  await page.getByRole('button', {name: say('rules.save.new')}).click()
  await main(page)
    .getByText(/This rule matches all 12 torrents\./)
    .waitFor()
  await shoot(page, 'rule-matches-all')
  expect(await contrastFindings(page)).toEqual([])
  await page.getByRole('button', {name: say('rules.blank.save-sure')}).click()
  await page.waitForURL(/rule=r-/)
})
