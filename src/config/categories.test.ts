import {expect, test} from 'vitest'
import {withoutRoles} from './categories.ts'
import {configOf} from './config-text.fixture.ts'

async function load(text: string) {
  const {config, findings} = await configOf(text)
  const {settings, serverRules} = withoutRoles(config, config.rolesOff)
  const reported = findings.filter(({code}) => code === 'same_category')
  return {
    /** Arrs that are on. */
    arrs: config.arrs.filter(({Managed}) => Managed).map(({id}) => id),
    off: config.off.map(({section, reason}) => `${section}: ${reason}`),
    failed: settings.FailedCategory,
    recheck: settings.RecheckCategory,
    managed: [...serverRules].flatMap(([id, rules]) =>
      rules.ManagedCategories.map((name) => `${id} ${name}`),
    ),
    errors: reported.filter(({severity}) => severity === 'error').map(({path}) => path),
    messages: reported.map(({message}) => message),
    findings,
  }
}

const settings = (keys: string) => `[Settings]\n${keys}\n`
const server = (id: string, keys: string) => `[${id}]\nHost = "${id}.lan"\n${keys}\n`
const arr = (id: string, category: string, more = '') =>
  `[${id}]\nManaged = true\nURI = "http://${id}.lan"\nAPIKey = "k"\nCategory = "${category}"\n${more}\n`
const all = {failed: 'failed', recheck: 'recheck'}

test('B.1 categories of their own clash with nothing', async () => {
  const file =
    server('qBit', 'ManagedCategories = ["linux", "books"]\nMatchSubcategories = true') +
    server('qBit-B', 'ManagedCategories = ["linux"]') +
    arr('Radarr', 'films') +
    arr('Sonarr', 'filmsandmore')
  expect(await load(file)).toMatchObject({
    ...all,
    arrs: ['Radarr', 'Sonarr'],
    off: [],
    errors: [],
    managed: ['qBit linux', 'qBit books', 'qBit-B linux'],
  })
})

test.each<[pair: string, text: string, expected: object]>([
  [
    'Category and Category',
    arr('Radarr', 'films') + arr('Sonarr', 'Films'),
    {...all, arrs: [], managed: [], errors: ['Radarr.Category', 'Sonarr.Category']},
  ],
  [
    'FailedCategory and Category',
    settings('FailedCategory = "films"') + arr('Radarr', 'films') + arr('Sonarr', 'tv'),
    {...all, failed: '', arrs: ['Sonarr'], errors: ['Settings.FailedCategory', 'Radarr.Category']},
  ],
  [
    'the FailedCategory that is not written and Category',
    arr('Radarr', 'failed'),
    {...all, failed: '', arrs: [], errors: ['Radarr.Category', 'Settings.FailedCategory']},
  ],
  [
    'RecheckCategory and Category',
    settings('RecheckCategory = "films"') + arr('Radarr', 'films'),
    {...all, recheck: '', arrs: [], errors: ['Settings.RecheckCategory', 'Radarr.Category']},
  ],
  [
    'ManagedCategories and Category',
    server('qBit', 'ManagedCategories = ["linux", "films"]') + arr('Radarr', 'films'),
    {...all, arrs: [], managed: ['qBit linux'], errors: ['qBit.ManagedCategories', 'Radarr.Category']},
  ],
  [
    'ManagedCategories of a server that is not a qBittorrent and Category',
    server('Transmission-NAS', 'ManagedCategories = ["films"]') + arr('Radarr', 'films'),
    {...all, arrs: [], managed: [], errors: ['Transmission-NAS.ManagedCategories', 'Radarr.Category']},
  ],
  [
    'FailedCategory and RecheckCategory',
    settings('FailedCategory = "bad"\nRecheckCategory = "bad"') + arr('Radarr', 'films'),
    {
      failed: '',
      recheck: '',
      arrs: ['Radarr'],
      errors: ['Settings.FailedCategory', 'Settings.RecheckCategory'],
    },
  ],
  [
    'FailedCategory and ManagedCategories',
    settings('FailedCategory = "linux"') + server('qBit', 'ManagedCategories = ["linux", "books"]'),
    {
      ...all,
      failed: '',
      managed: ['qBit books'],
      errors: ['Settings.FailedCategory', 'qBit.ManagedCategories'],
    },
  ],
  [
    'RecheckCategory and ManagedCategories',
    settings('RecheckCategory = "linux"') + server('qBit', 'ManagedCategories = ["linux"]'),
    {...all, recheck: '', managed: [], errors: ['Settings.RecheckCategory', 'qBit.ManagedCategories']},
  ],
  [
    'capitals, slashes and blanks',
    settings('FailedCategory = "Films/ "') + arr('Radarr', '/films'),
    {...all, failed: '', arrs: [], errors: ['Settings.FailedCategory', 'Radarr.Category']},
  ],
  [
    'FailedCategory above Category, with subcategories',
    settings('FailedCategory = "films"') + arr('Radarr', 'films/4k', 'MatchSubcategories = true'),
    {...all, failed: '', arrs: [], errors: ['Settings.FailedCategory', 'Radarr.Category']},
  ],
  [
    'ManagedCategories above Category, with subcategories',
    server('qBit', 'ManagedCategories = ["films"]\nMatchSubcategories = true') + arr('Radarr', 'films/4k'),
    {...all, arrs: [], managed: [], errors: ['qBit.ManagedCategories', 'Radarr.Category']},
  ],
  [
    'FailedCategory above ManagedCategories, with subcategories',
    settings('FailedCategory = "a"') +
      server('qBit', 'ManagedCategories = ["a/b"]\nMatchSubcategories = true'),
    {...all, failed: '', managed: [], errors: ['Settings.FailedCategory', 'qBit.ManagedCategories']},
  ],
  [
    'three at once',
    settings('FailedCategory = "x"') +
      server('qBit', 'ManagedCategories = ["x"]') +
      arr('Radarr', 'x') +
      arr('Sonarr', 'tv'),
    {
      ...all,
      failed: '',
      managed: [],
      arrs: ['Sonarr'],
      errors: ['Settings.FailedCategory', 'qBit.ManagedCategories', 'Radarr.Category'],
    },
  ],
])('B.1 the same for two is an error on each, and each is off: %s', async (_pair, text, expected) => {
  const {messages, ...found} = await load(text)
  expect(found).toMatchObject(expected)
  for (const message of messages) expect(message).toContain('all of them stay off until they differ')
})

test.each<[why: string, text: string]>([
  [
    'below, without subcategories',
    settings('FailedCategory = "films"') +
      server('qBit', 'ManagedCategories = ["tv"]') +
      arr('Radarr', 'films/4k') +
      arr('Sonarr', 'tv/anime'),
  ],
  [
    'of Arrs the longest wins',
    arr('Radarr', 'films', 'MatchSubcategories = true') + arr('Radarr-4K', 'films/4k'),
  ],
  [
    'below an Arr the longest wins',
    settings('FailedCategory = "films/failed"\nRecheckCategory = "films/recheck"') +
      server('qBit', 'ManagedCategories = ["films/own"]') +
      arr('Radarr', 'films', 'MatchSubcategories = true'),
  ],
  ['an Arr that is not managed', settings('FailedCategory = "x"') + '[Radarr]\nCategory = "x"\n'],
  [
    'a server that is switched off',
    server('qBit', 'Disabled = true\nManagedCategories = ["x"]') + arr('Radarr', 'x'),
  ],
])('B.1 no clash: %s', async (_why, text) => {
  expect(await load(text)).toMatchObject({off: [], errors: []})
})

test('B.1 a section that is off for another fault keeps its category: the other one would take its torrents', async () => {
  const {off, errors} = await load(arr('Radarr', 'films') + arr('Sonarr', 'films').replace('APIKey', 'Key'))
  expect(errors).toEqual(['Radarr.Category', 'Sonarr.Category'])
  expect(off).toEqual(['Radarr: same category as [Sonarr]', 'Sonarr: APIKey missing'])
})

test('each is named to the others', async () => {
  const file = settings('FailedCategory = "x"') + server('qBit', 'ManagedCategories = ["x"]')
  const {off, messages} = await load(file + arr('Radarr', 'x'))
  expect(off).toEqual(['Radarr: same category as FailedCategory, ManagedCategories of [qBit]'])
  expect(messages).toContain(
    '[Radarr], ManagedCategories of [qBit] and FailedCategory have the same category; all of them stay off until they differ.',
  )
})

test('a managed category without a name is none: it would be all torrents without a category', async () => {
  const {managed, findings} = await load(server('qBit', 'ManagedCategories = ["", "linux", " "]'))
  expect(managed).toEqual(['qBit linux'])
  expect(findings.map(({severity, code, path}) => [severity, code, path])).toContainEqual([
    'error',
    'bad_value',
    'qBit.ManagedCategories',
  ])
})
