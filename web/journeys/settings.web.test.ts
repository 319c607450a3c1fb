/** What config.toml says is changed on the pages: it stands there afterwards, with every comment, and rules follow it. */
import type {Locator, Page} from 'playwright-core'
import {expect, test} from 'vitest'
import {contrastFindings, seriousFindings, shoot} from '#lab/browser.ts'
import {houseFor, tooWide} from './harness.fixture.ts'
import {like, say} from './words.fixture.ts'

const config = `# The house of Ada.
[Settings]
ConfigVersion = "5.14.4"
FreeSpace = "10G" # for the others

[qBit] # in the cellar
Host = "127.0.0.1"
Port = 9
ManagedCategories = ["music"] # no Arr looks after it

# may go when they gave enough back
[qBit.CategorySeeding]
MaxUploadRatio = 2 # fair
RemoveTorrent = 1

# pays well
[[qBit.Trackers]]
URI = "https://one.example/announce" # the good one
MaxUploadRatio = 3

[Radarr-4K] # films
Managed = true
URI = "http://127.0.0.1:9"
APIKey = "key"
Category = "films"

[[Radarr-4K.Torrent.Trackers]]
URI = "two.example" # the other one
`
const house = houseFor({config})

const region = (page: Page, name: string) => page.getByRole('region', {name, exact: true})
const group = (place: Locator, name: string) => place.getByRole('group', {name, exact: true})
const save = (form: Locator) => form.getByRole('button', {name: say('setting.save')})

async function opened(page: Page, title: string): Promise<Locator> {
  const card = region(page, title)
  await card.getByRole('button', {name: say('setting.show')}).click()
  return card
}

/** As the file with so much space that stays free. */
const withSpace = (text: string, space: string) => text.replace(/FreeSpace = "\w+"/, `FreeSpace = "${space}"`)

/** Saves what the open review shows. */
const reviewed = (page: Page) =>
  page
    .getByRole('dialog')
    .getByRole('button', {name: /^Save \d+ changes?$/})
    .click()

/** It is written when the form has nothing more to save. */
async function saved(form: Locator, text: string): Promise<void> {
  await save(form).click()
  await reviewed(form.page())
  await expect.poll(() => house().configText).toBe(text)
  await form.getByRole('button', {name: say('setting.revert')}).waitFor({state: 'detached'})
}

test('limits of a managed category: a mistake stands at its field, what restarts is said, the file has it, and rules follow', async () => {
  const before = house().configText
  const page = await house().visit('/settings/servers/qBit')
  const form = await opened(page, say('section.server'))
  const seeding = group(form, say('section.group.seeding'))
  const time = seeding.getByLabel(/Seeding time at which it may be removed/)
  await time.fill('soon')
  await seeding.getByText(/MaxSeedingTime: "soon" is not accepted\. Accepted: seconds/).waitFor()
  expect(await time.getAttribute('aria-invalid')).toBe('true')
  await time.fill('')
  await seeding.getByLabel(/Ratio at which it may be removed/).fill('1.5')
  await form.getByText(say('section.effect.live')).waitFor()
  const poll = group(form, say('section.group.pace')).getByLabel(/Seconds between two looks/)
  await poll.fill('20')
  await form.getByText(say('section.effect.link', {name: 'qBit'})).waitFor()
  await poll.fill('')
  await form.getByText(say('section.effect.live')).waitFor()
  await saved(form, before.replace('= 2 # fair', '= 1.5 # fair'))

  const {rules} = await house().api.get<{rules: {id: string}[]}>('/api/rules')
  expect(rules.map(({id}) => id)).toContain('qbit.seeded')
  await page.goto(house().url('/rules?rule=qbit.seeded'))
  await expect.poll(() => page.getByRole('main').innerText()).toMatch(/1\.5/)
})

test('a row of a tracker is changed in its place, one without a tracker is refused, a new one stands below', async () => {
  const before = house().configText
  const page = await house().visit('/settings/servers/qBit')
  const form = await opened(page, say('section.server'))
  await form.getByText('https://one.example/announce', {exact: true}).click()
  const first = group(form, 'https://one.example/announce')
  const ratio = first.getByLabel(/Ratio at which it may be removed/)
  await ratio.fill('lots')
  await first.getByText(/MaxUploadRatio: "lots" is not accepted/).waitFor()
  await ratio.fill('4')
  // By keyboard: the new row is open, and one is in its first field.
  await form.getByRole('button', {name: say('section.group.trackers.add')}).focus()
  await page.keyboard.press('Enter')
  const fresh = group(form, say('setting.row.new'))
  const label = fresh.getByLabel(/A label, for people/)
  await expect.poll(() => label.evaluate((it) => it === document.activeElement)).toBe(true)
  await fresh.getByLabel(/The highest of the matching rows counts/).fill('7')
  await fresh.getByText(/URI accepts an announce address or a host/).waitFor()
  await form.getByText(say('setting.faults', {count: 1})).waitFor()
  await fresh.getByLabel(/Announce address or bare host/).fill('three.example')
  await form.getByText(say('section.effect.live')).waitFor()
  await saved(
    form,
    before.replace(
      'MaxUploadRatio = 3\n',
      'MaxUploadRatio = 4\n\n[[qBit.Trackers]]\nURI = "three.example"\nPriority = 7\n',
    ),
  )
})

test('what holds for all servers: space that stays free, and what restarts every manager', async () => {
  const before = house().configText
  const page = await house().visit('/settings')
  const form = region(page, say('section.program'))
  const space = form.getByLabel(/Space that stays free/)
  await space.fill('much')
  await form.getByText(/FreeSpace: "much" is not accepted/).waitFor()
  await space.fill('20G')
  await form.getByText(say('section.effect.live')).waitFor()
  await form.getByLabel(/Longest wait between two passes/).fill('6')
  await form.getByText(say('section.effect.managers')).waitFor()
  await shoot(page, 'settings-program')
  expect(await seriousFindings(page)).toEqual([])
  await saved(
    form,
    before.replace(
      'FreeSpace = "10G" # for the others',
      'FreeSpace = "20G" # for the others\nLoopSleepTimer = 6',
    ),
  )
})

test('a negative value is refused where only -1 means off', async () => {
  const before = house().configText
  const page = await house().visit('/settings')
  const form = region(page, say('section.program'))
  const space = form.getByLabel(/Space that stays free/)
  await space.fill('-5')
  await form.getByText(/FreeSpace: -5 is not accepted\. Accepted: a number .* or "-1" for off/).waitFor()
  await space.fill('-1')
  await form.getByText(/FreeSpace: \w+ → -1/).waitFor()
  await form.getByText(/is not accepted/).waitFor({state: 'detached'})
  expect(house().configText).toBe(before)
})

test('a file that is broken meanwhile is said at once, with its line, and is not written to', async () => {
  const before = house().configText
  const page = await house().visit('/settings')
  const form = region(page, say('section.program'))
  const space = form.getByLabel(/Space that stays free/)
  await space.waitFor()
  const broken = `${before}[Sonarr\n`
  house().configText = broken
  const line = say('configuration.line', {line: before.split('\n').length})
  await page.getByText(say('configuration.unread')).waitFor()
  await page.getByText(new RegExp(`^${line}: The file is no valid TOML here`)).waitFor()
  await space.fill('80G')
  await page.keyboard.press('Control+s')
  const review = page.getByRole('dialog')
  await review.getByText(/Line \d+: The file is no valid TOML here/).waitFor()
  await shoot(page, 'settings-broken')
  expect(await seriousFindings(page)).toEqual([])
  house().configText = before
  await page.getByText(say('configuration.unread')).waitFor({state: 'detached'})
  await reviewed(page)
  await expect.poll(() => house().configText).toBe(withSpace(before, '80G'))
})

test('a change is reviewed before it is saved: the lines of the file, what happens, and Back keeps what was typed', async () => {
  const before = house().configText
  const page = await house().visit('/settings')
  const form = region(page, say('section.program'))
  const space = form.getByLabel(/Space that stays free/)
  await space.fill('30G')
  await form.getByText(say('section.effect.live')).waitFor()
  await form.getByText(say('setting.changes', {count: 1})).waitFor()
  const review = page.getByRole('dialog', {name: say('setting.review.title', {count: 1})})
  // By keyboard, too, nothing is saved before it was seen.
  await page.keyboard.press('Control+s')
  await expect
    .poll(() => review.getByRole('row').allInnerTexts())
    .toEqual(expect.arrayContaining([expect.stringMatching(/−.*FreeSpace = "\w+" # for the others/s)]))
  expect((await review.getByRole('row').allInnerTexts()).join()).toMatch(
    /\+\s*FreeSpace = "30G" # for the others/,
  )
  await review.getByText(say('section.effect.live')).waitFor()
  // The server of this house does not answer.
  await review.getByText(say('section.room.unknown', {servers: 'qBit'})).waitFor()
  await shoot(page, 'settings-review')
  expect(await seriousFindings(page)).toEqual([])
  await review.getByRole('button', {name: say('setting.review.back')}).click()
  await review.waitFor({state: 'detached'})
  expect(await space.inputValue()).toBe('30G')
  expect(house().configText).toBe(before)
  await page.keyboard.press('Control+s')
  const saving = review.getByRole('button', {name: say('setting.review.save', {count: 1})})
  await expect.poll(() => saving.evaluate((it) => it === document.activeElement)).toBe(true)
  await expect.poll(() => saving.getAttribute('aria-disabled')).toBe(null)
  await page.keyboard.press('Enter')
  await expect.poll(() => house().configText).toBe(withSpace(before, '30G'))
})

test('a mistake stands on the button and is found by it, and who leaves with changes is asked once', async () => {
  const before = house().configText
  const page = await house().visit('/settings')
  const form = region(page, say('section.program'))
  const space = form.getByLabel(/Space that stays free/)
  await space.fill('much')
  await form.getByRole('button', {name: say('setting.fix', {count: 1})}).click()
  await expect.poll(() => space.evaluate((it) => it === document.activeElement)).toBe(true)
  await space.fill('70G')
  await form.getByText(/FreeSpace: \w+ → 70G/).waitFor()
  const away = () =>
    page
      .getByRole('link', {name: say('nav.torrents'), exact: true})
      .first()
      .click()
  const question = page.getByRole('dialog', {name: say('setting.leave.title', {count: 1})})
  await away()
  await question.waitFor()
  await shoot(page, 'settings-leave')
  expect(await seriousFindings(page)).toEqual([])
  await question.getByRole('button', {name: say('account.cancel')}).click()
  await question.waitFor({state: 'detached'})
  expect([new URL(page.url()).pathname, await space.inputValue()]).toEqual(['/settings', '70G'])
  await away()
  await question.getByRole('button', {name: say('setting.leave.verb')}).click()
  await expect.poll(() => new URL(page.url()).pathname).toBe('/torrents')
  expect(house().configText).toBe(before)
})

test('a key that was edited in the file meanwhile asks which value applies, and both answers work', async () => {
  const page = await house().visit('/settings')
  const form = region(page, say('section.program'))
  const space = form.getByLabel(/Space that stays free/)
  await space.fill('40G')
  await form.getByText(say('section.effect.live')).waitFor()
  house().configText = withSpace(house().configText, '15G')
  await save(form).click()
  const review = page.getByRole('dialog')
  const asks = page.getByText(say('setting.conflict.now', {key: 'FreeSpace', value: '15G'}))
  await review.getByText(say('setting.conflict.now', {key: 'FreeSpace', value: '15G'})).waitFor()
  await shoot(page, 'settings-conflict')
  expect(await seriousFindings(page)).toEqual([])
  await review.getByRole('button', {name: say('setting.conflict.theirs')}).click()
  await asks.waitFor({state: 'detached'})
  expect(await space.inputValue()).toBe('15G')
  await space.fill('41G')
  await form.getByText(say('section.effect.live')).waitFor()
  // It is changed while what would be written is being read.
  await save(form).click()
  await review.getByRole('row').filter({hasText: 'FreeSpace = "41G"'}).waitFor()
  house().configText = withSpace(house().configText, '16G')
  await reviewed(page)
  await review.getByText(say('setting.conflict.now', {key: 'FreeSpace', value: '16G'})).waitFor()
  await review.getByRole('button', {name: say('setting.conflict.mine')}).click()
  await review.getByRole('row').filter({hasText: 'FreeSpace = "16G"'}).waitFor()
  await reviewed(page)
  await expect.poll(() => house().configText).toContain('FreeSpace = "41G" # for the others')
})

test('all settings are found by name, key or word, with where each value comes from', async () => {
  const page = await house().visit('/settings')
  const find = page.getByRole('searchbox', {name: say('all-settings.find')})
  await region(page, say('section.program'))
    .getByLabel(/Space that stays free/)
    .waitFor()
  await page.locator('body').press('/')
  await expect.poll(() => find.evaluate((it) => it === document.activeElement)).toBe(true)
  await find.fill('stalled delay')
  const row = page.getByRole('listitem').filter({hasText: 'Torrent.StalledDelay'})
  await row.getByText(say('setting.source.default')).waitFor()
  await page
    .getByRole('group', {name: say('all-settings.from')})
    .getByRole('button', {name: new RegExp(`^${say('setting.source.file')}`)})
    .click()
  await page
    .getByText(say('all-settings.nothing.from', {words: 'stalled delay', source: say('setting.source.file')}))
    .waitFor()
  await find.fill('')
  await page.getByRole('listitem').filter({hasText: 'CategorySeeding.MaxUploadRatio'}).waitFor()
  await page.getByRole('listitem').filter({hasText: 'ManagedCategories'}).waitFor()
  expect(
    await region(page, say('section.program'))
      .getByLabel(/would take longer than this counts as slow/)
      .count(),
  ).toBe(0)
  await shoot(page, 'settings-all')
  expect(await seriousFindings(page)).toEqual([])
  await page
    .getByRole('link', {name: /Which categories|categories/i})
    .first()
    .click()
  await page.waitForURL(/#setting:/)
})

test('each setting is in the count of where it comes from, and is found by what other programs call it', async () => {
  const page = await house().visit('/settings')
  await page.getByText('CategorySeeding.MaxUploadRatio').first().waitFor({state: 'attached'})
  const chips = page.getByRole('group', {name: say('all-settings.from')}).getByRole('button')
  const counts = async () =>
    (await chips.allInnerTexts()).map((words) => Number(/\d+$/.exec(words)?.[0] ?? Number.NaN))
  await expect
    .poll(async () => {
      const [all = 0, ...each] = await counts()
      return each.reduce((sum, count) => sum + count, 0) === all && all > 0
    })
    .toBe(true)
  const find = page.getByRole('searchbox', {name: say('all-settings.find')})
  await find.fill('dark mode')
  await page.getByText(say('all-settings.found', {shown: 1, count: (await counts())[0]!})).waitFor()
  const row = page.getByRole('listitem').filter({hasText: say('theme.system')})
  await row.getByText(say('setting.source.default'), {exact: true}).waitFor()
  // What holds for all users is said by default, too, until somebody changes it.
  await find.fill('how long activity')
  const kept = page.getByRole('listitem').filter({hasText: '365'})
  await kept.getByText(say('setting.source.default'), {exact: true}).waitFor()
  await house().api.send('PATCH', '/api/settings', {audit_days: 300})
  await page.reload()
  await find.fill('how long activity')
  const changed = page.getByRole('listitem').filter({hasText: '300'})
  await changed.getByText(say('setting.source.pages'), {exact: true}).waitFor()
  // A password is no value.
  await find.fill('two-factor')
  const place = page
    .getByRole('listitem')
    .filter({hasText: /Two-step login/})
    .first()
  await place.waitFor()
  expect(await place.getByText(say('setting.source.pages'), {exact: true}).count()).toBe(0)
})

test('settings are found by words of people, and pages by what is on them', async () => {
  const page = await house().visit('/settings')
  const form = region(page, say('section.program'))
  const find = page.getByRole('searchbox', {name: say('all-settings.find')})
  await form.getByLabel(/Space that stays free/).waitFor()
  for (const [words, key] of [
    ['disk space', 'FreeSpace'],
    ['log level', 'ConsoleLevel'],
    ['workers', 'AutoRestartProcesses'],
    ['webhook', 'WebhookUrl'],
  ] as const) {
    await find.fill(words)
    await expect.poll(() => form.innerText(), {message: words}).toContain(key)
  }
  for (const [words, label] of [
    ['about', 'nav.system'],
    ['backups', 'nav.system'],
    ['users', 'nav.users'],
    ['keys', 'nav.account'],
  ] as const) {
    await find.fill(words)
    await region(page, say('all-settings.pages'))
      .getByRole('link', {name: say(label)})
      .waitFor()
  }
  await shoot(page, 'settings-pages-found')
  expect(await seriousFindings(page)).toEqual([])
})

test('a search that finds nothing says what for, and leads back', async () => {
  const page = await house().visit('/settings')
  const find = page.getByRole('searchbox', {name: say('all-settings.find')})
  await find.fill('xylophone')
  await page.getByText(say('all-settings.nothing', {words: 'xylophone'})).waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await page.getByRole('button', {name: say('all-settings.nothing.all')}).click()
  await expect.poll(() => find.inputValue()).toBe('')
})

test('where Arrs call stands alone, and says what it takes', async () => {
  const page = await house().visit('/settings')
  const form = region(page, say('section.program'))
  const calling = group(form, say('section.group.arrs'))
  const address = calling.getByLabel(/Address of Commodarr as the Arrs reach it/)
  await address.fill('commodarr')
  await form.getByText(/WebhookUrl: "commodarr" is not accepted/).waitFor()
  await address.fill('http://commodarr:6969')
  await form.getByText(say('section.effect.live')).waitFor()
  expect(await calling.getByRole('textbox').count()).toBe(1)
})

test('an Arr of the file: its row is changed there, and what nothing goes by yet says so', async () => {
  const before = house().configText
  const page = await house().visit('/library/arrs/Radarr-4K')
  const form = await opened(page, say('arr.settings'))
  await form.getByText('two.example', {exact: true}).click()
  await group(form, 'two.example')
    .getByLabel(/Ratio that is asked/)
    .fill('1.2')
  await form.getByText(say('arr.settings.effect.live')).waitFor()
  await form.getByText(say('arr.settings.group.search')).click()
  const searching = group(form, say('arr.settings.group.search'))
  await searching.getByText(/EntrySearch\.KeepTempProfile.*Not used yet/).waitFor()
  await shoot(page, 'settings-arr')
  expect(await seriousFindings(page)).toEqual([])
  const review = page.getByRole('dialog', {name: say('setting.review.title', {count: 1})})
  await save(form).click()
  await expect
    .poll(() => review.getByRole('row').allInnerTexts())
    .toEqual(expect.arrayContaining([expect.stringMatching(/\+\s*MinSeedRatio = 1\.2/)]))
  await review.getByRole('button', {name: say('setting.review.back')}).click()
  await review.waitFor({state: 'detached'})
  await saved(
    form,
    before.replace('"two.example" # the other one\n', '"two.example" # the other one\nMinSeedRatio = 1.2\n'),
  )
})

test('pages look as config.toml says until a user sets it, and what was set stays when the file changes', async () => {
  const before = house().configText
  const looks = (theme: string, density: string) =>
    `${before}\n[WebUI]\nTheme = "${theme}"\nViewDensity = "${density}"\n`
  const page = await house().visit('/settings/account')
  const seen = async () => {
    await page.reload()
    const of = (name: string) =>
      page.getByRole('radiogroup', {name, exact: true}).getByRole('radio', {checked: true}).innerText()
    return [await of(say('account.theme')), await of(say('account.density'))]
  }
  house().configText = looks('Dark', 'Compact')
  await expect.poll(seen).toEqual([say('theme.dark'), say('account.density.compact')])
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('dark')
  house().configText = looks('Light', 'Comfortable')
  await expect.poll(seen).toEqual([say('theme.light'), say('account.density.normal')])
  const kept = page.waitForResponse((answer) => answer.request().method() === 'PATCH')
  await page
    .getByRole('radiogroup', {name: say('account.density'), exact: true})
    .getByRole('radio', {name: say('account.density.roomy')})
    .click()
  await kept
  house().configText = looks('Dark', 'Compact')
  await expect.poll(seen).toEqual([say('theme.dark'), say('account.density.roomy')])
  await house().api.send('PATCH', '/api/preferences', {density: null})
  await expect.poll(seen).toEqual([say('theme.dark'), say('account.density.compact')])
  house().configText = before
})

test('a server that was added here stands in no file, and leads to rules', async () => {
  const draft = {kind: 'qbittorrent', name: 'Mine', url: 'http://127.0.0.1:8'}
  const {body} = await house().api.send('POST', '/api/servers', draft)
  const page = await house().visit(`/settings/servers/${(body as {id: string}).id}`)
  const card = await opened(page, say('section.server'))
  await card.getByText(like('setting.obstacle.added_here')).waitFor()
  await card.getByRole('link', {name: say('nav.rules')}).waitFor()
  expect(await card.getByRole('textbox').count()).toBe(0)
})

for (const screen of ['desk', 'phone', 'small'] as const) {
  test(`the form can be read by everybody and fits: ${screen}`, async () => {
    const page = await house().visit('/settings/servers/qBit', {screen})
    const form = await opened(page, say('section.server'))
    await form.getByText('https://one.example/announce', {exact: true}).click()
    await group(form, 'https://one.example/announce')
      .getByLabel(/Seeding time at which it may be removed/)
      .fill('soon')
    await form.getByText(/MaxSeedingTime: "soon" is not accepted/).waitFor()
    expect(await tooWide(page)).toBe(0)
    await form.getByText(say('setting.faults', {count: 1})).waitFor()
    await shoot(page, `settings-${screen}`)
    expect(await seriousFindings(page)).toEqual([])
    await page.emulateMedia({colorScheme: 'dark'})
    await shoot(page, `settings-${screen}-dark`)
    expect(await contrastFindings(page)).toEqual([])
  })
}

test('a single setting is found in the palette by other words, and has the focus there; the start page is one', async () => {
  const page = await house().visit('/')
  await region(page, say('overview.servers')).waitFor()
  const choose = async (words: string, setting: string) => {
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder(say('palette.placeholder')).fill(words)
    await page.getByRole('option').filter({hasText: setting}).click()
  }
  await choose('landing page', say('palette.set.start'))
  const start = page.getByRole('radiogroup', {name: say('account.start')})
  const torrents = start.getByRole('radio', {name: say('nav.torrents')})
  await start
    .getByRole('radio', {name: say('nav.overview')})
    .and(page.locator(':focus'))
    .waitFor()
  const kept = page.waitForResponse((answer) => answer.request().method() === 'PATCH')
  await torrents.click()
  await kept
  // On another page it leads there, too.
  await choose('retention', say('palette.set.audit_days'))
  await page.getByLabel(say('people.settings.audit_days')).and(page.locator(':focus')).waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await page.goto(house().url('/'))
  await page.getByRole('grid').waitFor()
  expect(new URL(page.url()).pathname).toBe('/torrents')
  // Whoever is inside goes to the overview when he asks for it.
  await page
    .getByRole('link', {name: say('nav.overview'), exact: true})
    .first()
    .click()
  await region(page, say('overview.servers')).waitFor()
})

test('a key of config.toml is found by what it is for, by its name, and by the Arr or server it is of', async () => {
  const page = await house().visit('/')
  const find = async (words: string, name: string | RegExp) => {
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('combobox').fill(words)
    await page.getByRole('option', {name}).first().click()
  }
  await page.getByRole('heading', {level: 1}).waitFor()
  await find('space stays free', /FreeSpace/)
  await page.waitForURL(/\/settings#setting:FreeSpace$/)
  const space = region(page, say('section.program')).getByLabel(/Space that stays free/)
  await expect.poll(() => space.evaluate((it) => it === document.activeElement), {timeout: 30_000}).toBe(true)
  await find('stalled delay radarr', /StalledDelay/)
  await page.waitForURL(/\/library\/arrs\/Radarr-4K#setting:/)
  const focused = () => page.evaluate(() => document.activeElement?.closest('[id^="setting:"]')?.id ?? '')
  await expect.poll(focused, {timeout: 30_000}).toBe('setting:Torrent.StalledDelay')
  // Those of a server are found by its name, too.
  await find('managed categories qbit', /ManagedCategories/)
  await page.waitForURL(/\/settings\/servers\/qBit#setting:ManagedCategories$/)
  await expect.poll(focused, {timeout: 30_000}).toBe('setting:ManagedCategories')
})
