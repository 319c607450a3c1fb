/** Journeys 4 and 11: who logs in and out; and Ada shares one server with Bo, who may only look, and says what holds for everybody. */
import {generateSync} from 'otplib'
import type {Locator, Page, Response} from 'playwright-core'
import {beforeAll, expect, test} from 'vitest'
import {seriousFindings, shoot} from '#lab/browser.ts'
import {done, share} from '#test/program/fleet-harness.fixture.ts'
import {Api} from '#test/program/program.fixture.ts'
import {isFull} from '#test/proof.ts'
import {paperTorrents} from './daemons.fixture.ts'
import {administrator, houseFor, patient, wordsOf} from './harness.fixture.ts'
import {logIn, logOut} from './people.fixture.ts'
import {rowCount, rowOf} from './table.fixture.ts'
import {say} from './words.fixture.ts'

const house = houseFor({servers: ['seedbox', 'attic']})
/** He may look at seedbox. */
const bo = {username: 'bo', password: 'bo has one, too'}
const shared = 'Shared paper 01'

beforeAll(async () => {
  const {tracker} = house()
  for (const made of paperTorrents(3, 'Shared paper', tracker)) await house().server('seedbox').has(made)
  for (const made of paperTorrents(2, 'Secret paper', tracker)) await house().server('attic').has(made)
  const made = {name: bo.username, password: bo.password, role: 'viewer'}
  const {id: user_id} = await done<{id: string}>(house().api.send('POST', '/api/users', made))
  await share(house().api, house().idOf('seedbox'), [{user_id, level: 'view'}])
})

test('a user who logs out sees nothing any more, and one who logs in is where they wanted to be', async () => {
  const page = await house().visit('/settings/servers', {}, null)
  await page.waitForURL(house().url('/login?next=%2Fsettings%2Fservers'))
  await logIn(page, {...administrator, password: 'an ample mistake'})
  await page
    .getByRole('status')
    .or(page.getByRole('alert'))
    .filter({hasText: /password/i})
    .waitFor()
  await logIn(page, administrator)
  await page.waitForURL(house().url('/settings/servers'))
  await page.getByRole('heading', {name: say('nav.servers'), exact: true}).waitFor()
  await page.getByText(say('servers.all-online', {count: 2})).waitFor()

  await logOut(page, administrator)
  expect(await page.getByText('seedbox').count()).toBe(0)
  await page.goBack()
  await page.getByRole('heading', {name: say('login.title')}).waitFor()
  expect(await page.getByText(say('login.ended')).count()).toBe(0)
})

test('a log-out that does not reach Commodarr is said, and the page stays as it is', async () => {
  house().excuse(/ERR_FAILED/)
  // Of its own: the session of the other pages goes on.
  const page = await house().visit('/settings/servers', {}, null)
  await logIn(page, administrator)
  await page.getByText(say('servers.all-online', {count: 2})).waitFor()
  await page.route('**/api/session', (route) => route.abort())
  await page.getByRole('button', {name: say('account.open', {name: administrator.username})}).click()
  await page.getByRole('menuitem', {name: say('account.log_out')}).click()
  await page.getByText('Commodarr does not answer.').first().waitFor()
  await page.getByText(say('servers.all-online', {count: 2})).waitFor()
  await page.unroute('**/api/session')
  await logOut(page, administrator)
  expect(await page.getByText(say('login.ended')).count()).toBe(0)
})

test('the press that opens a menu selects nothing that slides under the pointer, and a drag to an entry does', async () => {
  const page = await house().visit('/settings/servers')
  await page.getByText(say('servers.all-online', {count: 2})).waitFor()
  const themes = () => page.evaluate(() => (globalThis as unknown as {themes: string[]}).themes)
  await page.evaluate(() => {
    const seen: (string | undefined)[] = []
    Object.assign(globalThis, {themes: seen})
    const {documentElement: root} = document
    new MutationObserver(() => seen.push(root.dataset['theme'])).observe(root, {
      attributeFilter: ['data-theme'],
    })
  })
  const entryOf = (theme: 'light' | 'dark') =>
    page.getByRole('menuitemcheckbox', {name: say(`theme.${theme}`)})
  const [sliding, drawnTo] = [entryOf('dark'), entryOf('light')]
  // In the head of the page, where nothing that is read later moves it.
  const button = await placeOf(
    page.getByRole('button', {name: say('account.open', {name: administrator.username})}),
  )
  await page.mouse.move(button.x, button.y)
  await page.mouse.down()
  await placeOf(sliding)
  const isUnder = await sliding.evaluate(
    (element, [x, y]) => {
      const box = element.getBoundingClientRect()
      const menu = element.closest<HTMLElement>('[data-radix-popper-content-wrapper]')!
      menu.style.translate = `${x! - box.x - box.width / 2}px ${y! - box.y - box.height / 2}px`
      return element.contains(document.elementFromPoint(x!, y!))
    },
    [button.x, button.y],
  )
  expect(isUnder).toBe(true)
  await page.mouse.up()
  await page.keyboard.press('Escape')
  await sliding.waitFor({state: 'detached'})

  await page.mouse.down()
  const to = await placeOf(drawnTo)
  await page.mouse.move(to.x, to.y, {steps: 4})
  await page.mouse.up()
  await expect.poll(themes, patient).toEqual(['light'])
  await done(house().api.send('PATCH', '/api/preferences', {theme: 'system'}))
})

/** The middle of what stands still, px: a menu is placed after it is there, and lies above the window until then. */
async function placeOf(element: Locator): Promise<{readonly x: number; readonly y: number}> {
  let last = ''
  let middle = {x: 0, y: 0}
  const isStill = async () => {
    const box = await element.boundingBox()
    const before = last
    last = JSON.stringify(box)
    if (box === null || box.y < 0 || last !== before) return false
    middle = {x: box.x + box.width / 2, y: box.y + box.height / 2}
    return true
  }
  await expect.poll(isStill, patient).toBe(true)
  return middle
}

test('the set-up is over once there is an administrator', async () => {
  const page = await house().visit('/setup', {}, null)
  expect(await wordsOf(page.getByRole('heading'))).toBe(say('login.title'))
})

test.runIf(isFull)(
  'a user whose session ends elsewhere is led to the login, and back to where they were',
  async () => {
    const mine = new Api(house().url(''))
    await mine.logIn(administrator.username, administrator.password)
    const page = await house().visit('/settings/servers', {}, mine)
    await page.getByText(say('servers.all-online', {count: 2})).waitFor()
    expect((await mine.send('DELETE', '/api/session')).status).toBe(204)
    await page.waitForURL(house().url('/login?next=%2Fsettings%2Fservers'))
    await page.getByText(say('login.ended')).waitFor()
    await logIn(page, administrator)
    await page.waitForURL(house().url('/settings/servers'))
    await page.getByText(say('servers.all-online', {count: 2})).waitFor()
  },
)

async function invitationFor(page: Page, name: string): Promise<string> {
  await page.getByRole('button', {name: say('people.invite')}).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(say('role.viewer'), {exact: true}).click()
  await dialog.getByLabel(new RegExp(`^${say('login.name')}`)).fill(name)
  await dialog.getByRole('button', {name: say('people.invite.go')}).click()
  return wordsOf(page.getByRole('dialog', {name: say('people.invite.made')}).getByText(/invitation#/))
}

async function shareToLook(page: Page, server: string, name: string): Promise<void> {
  await page.getByRole('button', {name: say('server.menu', {name: server})}).click()
  await page.getByRole('menuitem', {name: say('server.do.share')}).click()
  const dialog = page.getByRole('dialog', {name: say('server.share.title', {name: server})})
  await dialog.getByRole('combobox', {name: say('server.share.add')}).click()
  await page.getByRole('option', {name}).click()
  await dialog.getByRole('button', {name: say('server.form.save')}).click()
  await page
    .getByText(say('server.share.done', {name: server}))
    .first()
    .waitFor()
}

test('a user who is invited to look sees the server that is shared with them, and nothing of the others', async () => {
  const invited = {username: 'di', password: 'di has one, too'}
  const ada = await house().visit('/settings/users')
  const link = await invitationFor(ada, invited.username)
  const page = await house().visit(new URL(link).pathname + new URL(link).hash, {}, null)
  await page.getByLabel(say('invitation.password'), {exact: true}).fill(invited.password)
  await page.getByRole('button', {name: say('invitation.go')}).click()
  // Nothing is shared with him yet.
  await page.getByText(say('servers.none.viewer')).waitFor()

  await ada.goto(house().url('/settings/servers'))
  await shareToLook(ada, 'seedbox', invited.username)
  // His page hears of it without a reload.
  await page
    .getByRole('region', {name: say('overview.servers')})
    .getByText('seedbox', {exact: true})
    .waitFor()
  await page.getByRole('button', {name: 'seedbox'}).first().waitFor()
  await page
    .getByRole('link', {name: say('nav.torrents'), exact: true})
    .first()
    .click()
  await rowOf(page, shared, 'seedbox').waitFor()
  await expect.poll(() => rowCount(page)).toBe(3)
  expect(await page.getByText(/attic|Secret/).count()).toBe(0)
})

test('a user who may only look is shown that, and whom to ask', async () => {
  const page = await house().visit('/login?next=%2Ftorrents', {}, null)
  await logIn(page, bo)
  await rowOf(page, shared).waitFor()
  expect(await page.getByRole('button', {name: say('tools.add'), exact: true}).count()).toBe(0)
  await rowOf(page, shared).click({button: 'right'})
  const words = [
    say('action.look-only', {server: 'seedbox'}),
    say('server.ask-owner', {owner: administrator.username}),
  ]
  await page.getByRole('menu').getByText(words.join(' ')).waitFor()
  expect(await page.getByRole('menuitem', {name: say('action.delete')}).count()).toBe(0)
  await page.getByRole('menuitem', {name: say('action.copy-name')}).waitFor()
  await page.keyboard.press('Escape')

  await page.goto(house().url('/settings/servers'))
  await page.getByRole('button', {name: say('server.menu', {name: 'seedbox'})}).click()
  await page
    .getByRole('menu')
    .getByText(say('server.ask-owner', {owner: administrator.username}))
    .waitFor()
  expect(await page.getByRole('menuitem', {name: say('server.do.remove')}).count()).toBe(0)
  await page.keyboard.press('Escape')
  expect(await page.getByRole('button', {name: say('servers.add'), exact: true}).count()).toBe(0)
  expect(await page.getByRole('link', {name: say('nav.users')}).count()).toBe(0)
})

const visitorIn = async (it: Response) => ((await it.json()) as {visitor: unknown}).visitor

/** The session ends while the page sends its next change, and the page hears of it before it has its answer. */
async function sessionEndsWithNextChange(page: Page, path: string): Promise<void> {
  const end = async () => {
    const {csrf_token: token} = (await (await fetch('/api/session')).json()) as {csrf_token: string}
    return (await fetch('/api/session', {method: 'DELETE', headers: {'x-csrf-token': token}})).status
  }
  const isNobody = async (it: Response) =>
    it.url().endsWith('/api/session') && it.request().method() === 'GET' && (await visitorIn(it)) === null
  await page.route(
    path,
    async (route) => {
      // The live connection is closed by it, and the page asks who it is.
      const told = page.waitForResponse(isNobody)
      expect(await page.evaluate(end)).toBe(204)
      await told
      await route.fallback()
    },
    {times: 1},
  )
}

const unsent = (page: Page, title: string) =>
  page
    .getByRole('region', {name: say('result.panel'), exact: true})
    .getByRole('article')
    .filter({hasText: title})
    .filter({hasText: say('result.unsent-then')})

test('a user who is not known any more is led to the login and back, and shown what was not sent', async () => {
  house().excuse(/401/)
  const page = await house().visit('/login?next=%2Ftorrents', {}, null)
  await logIn(page, administrator)
  await rowOf(page, shared).click()
  await sessionEndsWithNextChange(page, '**/torrents/actions')
  await page.keyboard.press('s')
  await page.getByRole('heading', {name: say('login.title')}).waitFor()
  await logIn(page, administrator)
  await rowOf(page, shared).waitFor()
  // However long the log-in took: it stays until it was put away.
  // It was stopped: the key starts it.
  await unsent(page, say('verb.start')).waitFor()
  expect(await unsent(page, '').count()).toBe(1)
})

test('what a dialog and a form were about to send is named after the next login', async () => {
  house().excuse(/401/)
  const page = await house().visit('/login?next=%2Ftorrents', {}, null)
  await logIn(page, administrator)
  await rowOf(page, shared).click()
  await page.keyboard.press('c')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', {name: say('category.label')}).click()
  await page.keyboard.type('boats')
  await page.getByRole('option', {name: say('category.create', {name: 'boats'})}).click()
  await sessionEndsWithNextChange(page, '**/torrents/actions')
  await dialog.getByRole('button', {name: say('category.set')}).click()
  await page.getByRole('heading', {name: say('login.title')}).waitFor()
  await logIn(page, administrator)
  await unsent(page, say('verb.category')).waitFor()
  expect(await unsent(page, '').count()).toBe(1)
})

test('the address of a server that is not shared shows nothing of it', async () => {
  const page = await house().visit('/login?next=%2Ftorrents', {}, null)
  await logIn(page, bo)
  await rowOf(page, shared).waitFor()
  for (const id of [house().idOf('attic'), 'nothing-at-all']) {
    await page.goto(house().url(`/settings/servers/${id}`))
    await page.getByText(say('server.gone')).waitFor()
    const answer = await page.request.get(house().url(`/api/servers/${id}`))
    expect([answer.status(), await answer.text()]).toEqual([404, expect.not.stringMatching(/transmission/i)])
  }
  await page.goto(house().url(`/torrents?servers=${house().idOf('attic')}`))
  await page.getByText(say('torrents.none.gone')).waitFor()
  expect(await page.getByText(/Secret/).count()).toBe(0)
})

/** Whatever is sent to the settings waits until it is let go. */
async function heldSettings(page: Page): Promise<{sent: object[]; letGo: () => void}> {
  const sent: object[] = []
  const {promise, resolve} = Promise.withResolvers<void>()
  await page.route('**/api/settings', async (route) => {
    if (route.request().method() !== 'PATCH') return route.continue()
    sent.push(route.request().postDataJSON() as object)
    await promise
    return route.continue()
  })
  return {sent, letGo: resolve}
}

test('a list of settings takes no second change before the answer to the first, so none is lost', async () => {
  const page = await house().visit('/settings/users')
  const seedbox = house().idOf('seedbox')
  const list = page.getByRole('group', {name: say('people.settings.allowed_folders')})
  const folder = list.getByLabel(say('people.settings.allowed_folders.folder'))
  const add = list.getByRole('button', {name: say('people.settings.allowed_folders.add')})
  await list.getByRole('combobox', {name: say('people.settings.allowed_folders.server')}).click()
  await page.getByRole('option', {name: 'seedbox'}).click()
  await folder.fill('/data/one')
  const held = await heldSettings(page)
  await add.click()
  await expect.poll(() => list.getAttribute('aria-busy')).toBe('true')
  expect(await folder.isEditable()).toBe(false)
  await list.getByRole('button', {name: say('account.saving')}).dispatchEvent('click')
  held.letGo()
  await list.getByText('/data/one').waitFor()
  await folder.fill('/data/two')
  await add.click()
  await list.getByText('/data/two').waitFor()
  const one = {server_id: seedbox, folder: '/data/one'}
  const both = [one, {server_id: seedbox, folder: '/data/two'}]
  expect(held.sent).toEqual([{add: {allowed_folders: [one]}}, {add: {allowed_folders: [both[1]]}}])
  expect(await house().api.get('/api/settings')).toMatchObject({allowed_folders: both})
})

test('an address is allowed for one member or for all, and taken back', async () => {
  const cy = {name: 'cy', role: 'member'}
  const {id} = (await house().api.send('POST', '/api/users', cy)).body as {id: string}
  const page = await house().visit('/settings/users')
  const list = page.getByRole('group', {name: say('people.settings.member_addresses')})
  const allow = async (member: string, host: string, port: string) => {
    await list.getByRole('combobox', {name: say('people.settings.member_addresses.member')}).click()
    await page.getByRole('option', {name: member, exact: true}).click()
    await list.getByLabel(say('people.settings.member_addresses.host')).fill(host)
    await list.getByLabel(say('people.settings.member_addresses.port'), {exact: true}).fill(port)
    await list.getByRole('button', {name: say('people.settings.member_addresses.add')}).click()
  }
  const allowed = async () =>
    (await house().api.get<{member_addresses: object[]}>('/api/settings')).member_addresses
  await allow(cy.name, 'NAS', '8080')
  await list.getByText('nas:8080').waitFor()
  await allow(say('people.settings.member_addresses.all'), '[fd00::7]', '9091')
  await list.getByText('[fd00::7]:9091').waitFor()
  const ofCy = {user_id: id, address: 'nas', port: 8080}
  const ofAll = {user_id: null, address: 'fd00::7', port: 9091}
  expect(await allowed()).toEqual([ofCy, ofAll])
  const remove = say('people.settings.member_addresses.remove', {what: 'nas:8080'})
  await list.getByRole('button', {name: remove}).click()
  await list.getByText('nas:8080').waitFor({state: 'detached'})
  expect(await allowed()).toEqual([ofAll])
})

test('how long entries are kept is changed by its button alone, never by the first figure of a longer time', async () => {
  const page = await house().visit('/settings/users')
  const days = page.getByLabel(say('people.settings.audit_days'))
  const save = page.getByRole('button', {name: say('people.settings.days.save')})
  const kept = async () => (await house().api.get<{audit_days: number}>('/api/settings')).audit_days
  const changes: object[] = []
  page.on('request', (request) => {
    if (request.method() === 'PATCH' && request.url().endsWith('/api/settings'))
      changes.push(request.postDataJSON() as object)
  })
  await days.fill('')
  await days.pressSequentially('400')
  await save.click()
  await expect.poll(kept).toBe(400)
  expect(changes).toEqual([{audit_days: 400}])

  // Out of bounds: neither the figures that are in bounds nor the number before are sent in its place.
  await days.fill('')
  await days.pressSequentially('99999')
  await page.getByText(say('number.wrong', {found: '99999', range: ' (1–3650)'})).waitFor()
  await page.getByLabel(say('people.settings.session_idle_days')).fill('20')
  await save.click()
  await page
    .getByRole('spinbutton', {name: say('people.settings.audit_days')})
    .and(page.locator(':focus'))
    .waitFor()
  expect(await days.inputValue()).toBe('99999')
  await days.fill('365')
  await save.click()
  await expect.poll(kept).toBe(365)
  expect(changes.slice(1)).toEqual([{audit_days: 365, session_idle_days: 20}])
})

test('a form is sent once, however often Enter is pressed while it waits', async () => {
  const page = await house().visit('/login?next=%2Fsettings%2Faccount', {}, null)
  await logIn(page, administrator)
  await page.getByRole('button', {name: say('account.two_step.start')}).click()
  const sent: string[] = []
  const {promise, resolve} = Promise.withResolvers<void>()
  await page.route('**/api/two-step/start', async (route) => {
    sent.push(route.request().method())
    await promise
    await route.continue()
  })
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(say('login.password'), {exact: true}).fill(administrator.password)
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', {name: say('account.saving')}).waitFor()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+Enter')
  resolve()
  await dialog.getByLabel(say('account.two_step.first_code')).waitFor()
  expect(sent).toEqual(['POST'])
})

test('two-factor authentication is turned on by mouse, and its codes close only after they are saved', async () => {
  const el = {username: 'el', password: 'el has one, too'}
  await done(
    house().api.send('POST', '/api/users', {name: el.username, password: el.password, role: 'viewer'}),
  )
  const page = await house().visit('/login?next=%2Fsettings%2Faccount', {}, null)
  await logIn(page, el)
  await page.getByRole('button', {name: say('account.two_step.start')}).click()
  const dialog = page.getByRole('dialog')
  const next = dialog.getByRole('button', {name: say('account.next')})
  await dialog.getByLabel(say('login.password'), {exact: true}).fill(el.password)
  await next.click()
  const secret = await wordsOf(dialog.getByText(/^[A-Z2-7]{32}$/))
  await dialog.getByLabel(say('account.two_step.first_code')).fill(generateSync({secret}))
  await next.click()
  const away = dialog.getByRole('button', {name: say('account.two_step.kept')})
  await expect.poll(() => away.getAttribute('aria-disabled')).toBe('true')
  await dialog.getByLabel(say('account.two_step.recovery.stored')).click()
  await away.click()
  await page.getByText(say('account.two_step.on'), {exact: true}).waitFor()
  expect(await dialog.count()).toBe(0)
})

test('a key that is shown once stays in sight when its button is pressed twice', async () => {
  const page = await house().visit('/login?next=%2Fsettings%2Faccount', {}, null)
  await logIn(page, administrator)
  await page.getByRole('button', {name: say('account.keys.make')}).click()
  const form = page.getByRole('dialog', {name: say('account.keys.make')})
  await form.getByLabel(say('account.keys.name')).fill('backup')
  await form.getByLabel(say('login.password'), {exact: true}).fill(administrator.password)
  await form.getByRole('button', {name: say('account.keys.make')}).click()
  const made = page.getByRole('dialog', {name: say('account.keys.made', {name: 'backup'})})
  await made
    .getByRole('button', {name: say('account.copy')})
    .and(page.locator(':focus'))
    .waitFor()
  await page.mouse.click(5, 5)
  await page.keyboard.press('Enter')
  expect(await wordsOf(made)).toContain(say('account.keys.told_once'))
  await page.keyboard.press('Escape')
  await made.waitFor({state: 'detached'})
})

test('a key is made until a day, gets another name without a password, and another end with it', async () => {
  const page = await house().visit('/login?next=%2Fsettings%2Faccount', {}, null)
  await logIn(page, administrator)
  await page.getByRole('button', {name: say('account.keys.make')}).click()
  const form = page.getByRole('dialog')
  const life = form.getByRole('combobox', {name: say('account.keys.life')})
  await form.getByLabel(say('account.keys.name')).fill('tool')
  await life.click()
  await page.getByRole('option', {name: say('account.keys.life.date')}).click()
  const day = form.getByLabel(say('account.keys.life.on'))
  await day.fill('2001-02-03')
  await form.getByText(say('account.keys.life.missing')).first().waitFor()
  await day.fill('2091-05-31')
  await form.getByLabel(say('login.password'), {exact: true}).fill(administrator.password)
  await shoot(page, 'account-key-until')
  expect(await seriousFindings(page)).toEqual([])
  await form.getByRole('button', {name: say('account.keys.make')}).click()
  await page
    .getByRole('dialog', {name: say('account.keys.made', {name: 'tool'})})
    .getByRole('button', {name: say('account.copy')})
    .waitFor()
  await page.keyboard.press('Escape')
  const row = page.getByRole('listitem').filter({hasText: 'tool'})
  await row.getByText(/until .*May 2091/).waitFor()
  await row.getByRole('button', {name: say('account.keys.change.title', {name: 'tool'})}).click()
  const dialog = page.getByRole('dialog', {name: say('account.keys.change.title', {name: 'tool'})})
  await dialog.getByLabel(say('account.keys.name')).fill('other tool')
  await shoot(page, 'account-key-change')
  expect(await seriousFindings(page)).toEqual([])
  await dialog.getByRole('button', {name: say('account.keys.change.save')}).click()
  const renamed = page.getByRole('listitem').filter({hasText: 'other tool'})
  await renamed.getByText(/until .*May 2091/).waitFor()
  await renamed.getByRole('button', {name: say('account.keys.change.title', {name: 'other tool'})}).click()
  await form.getByRole('combobox', {name: say('account.keys.life')}).click()
  await page.getByRole('option', {name: say('account.keys.life.never')}).click()
  await form.getByLabel(say('login.password'), {exact: true}).fill(administrator.password)
  await form.getByRole('button', {name: say('account.keys.change.save')}).click()
  await renamed.getByText(/until/).waitFor({state: 'detached'})
})

test('an invitation is not made for another time than the one that is written', async () => {
  const page = await house().visit('/settings/users')
  await page.getByRole('button', {name: say('people.invite')}).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(say('people.invite.days')).fill('45')
  await dialog.getByRole('button', {name: say('people.invite.go')}).click()
  await dialog.getByText(say('number.wrong', {found: '45', range: ' (1–30)'})).waitFor()
  await dialog.getByLabel(say('people.invite.days')).fill('14')
  await dialog.getByRole('button', {name: say('people.invite.go')}).click()
  const made = page.getByRole('dialog', {name: say('people.invite.made')})
  expect(await wordsOf(made)).toContain(say('people.invite.says', {count: 14}))
})
