import {describe, expect, test} from 'vitest'
import {configOf} from './config-text.fixture.ts'

const read = async (text: string, env: Record<string, string> = {}) => {
  const {config, findings} = await configOf(text, env)
  return {
    found: config.prowlarrs.map(({id, URI, APIKey, SkipTLSVerify}) => [
      id,
      URI,
      APIKey.reveal(),
      SkipTLSVerify,
    ]),
    said: findings
      .filter(({section}) => section?.toLowerCase().startsWith('prowlarr') === true)
      .map(({severity, code, path}) => [severity, code, path]),
    text: JSON.stringify({config, findings}),
  }
}

const section = (name: string, uri: string, key = 'a-key') => `[${name}]\nURI = "${uri}"\nAPIKey = "${key}"\n`

describe('the section of a Prowlarr', () => {
  test('says where it is and its key, which nothing shows', async () => {
    const {found, said, text} = await read(
      section('Prowlarr-Home', 'https://box.lan/prowlarr/', 'hidden-key-of-it'),
    )
    expect(found).toEqual([['Prowlarr-Home', 'https://box.lan/prowlarr', 'hidden-key-of-it', false]])
    expect(said).toEqual([])
    expect(text).not.toContain('hidden-key-of-it')
  })

  test.each([
    ['prowlarr', 'http://prowlarr:9696'],
    ['http://prowlarr:9696/', 'http://prowlarr:9696'],
    ['10.0.0.5:80', 'http://10.0.0.5'],
  ])('of %s is at %s', async (uri, url) => {
    expect((await read(section('Prowlarr', uri))).found).toEqual([['Prowlarr', url, 'a-key', false]])
  })

  test.each<[string, string, [string, string, string][]]>([
    ['no address', '[Prowlarr-A]\nAPIKey = "k"\n', [['error', 'missing_value', 'Prowlarr-A.URI']]],
    ['no key', '[Prowlarr-A]\nURI = "prowlarr"\n', [['error', 'missing_value', 'Prowlarr-A.APIKey']]],
    [
      'a key to fill in',
      section('Prowlarr-A', 'prowlarr', 'CHANGE_ME'),
      [['warning', 'not_filled_in', 'Prowlarr-A.APIKey']],
    ],
    [
      'what is no address',
      section('Prowlarr-A', 'ftp://prowlarr'),
      [['error', 'bad_value', 'Prowlarr-A.URI']],
    ],
    [
      'a key that is not known',
      `${section('Prowlarr-A', 'prowlarr')}Managed = true\n`,
      [['notice', 'unknown_key', 'Prowlarr-A.Managed']],
    ],
    ['two pairs of brackets', '[[Prowlarr-A]]\nURI = "prowlarr"\n', [['error', 'bad_value', 'Prowlarr-A']]],
  ])('with %s is reported', async (_, text, findings) => {
    expect((await read(text)).said).toEqual(findings)
  })

  test('takes its key from the environment', async () => {
    const text = '[Prowlarr-Home]\nURI = "prowlarr"\n'
    const {found, said} = await read(text, {COMMODARR__PROWLARR_HOME__APIKEY: 'from-the-environment'})
    expect(found).toEqual([['Prowlarr-Home', 'http://prowlarr:9696', 'from-the-environment', false]])
    expect(said.filter(([severity]) => severity !== 'notice')).toEqual([])
  })

  test('with the address of another one is not asked', async () => {
    const {found, said} = await read(
      section('Prowlarr-A', 'prowlarr') + section('Prowlarr-B', 'http://prowlarr:9696'),
    )
    expect(found.map(([id]) => id)).toEqual(['Prowlarr-A'])
    expect(said).toEqual([['warning', 'same_uri', 'Prowlarr-B.URI']])
  })
})

describe('limits that are typed in', () => {
  const arr = (limits: string) =>
    `[Radarr]\nManaged = true\nURI = "radarr"\nAPIKey = "k"\n[Radarr.EntrySearch]\nIndexerLimits = ${limits}\n`

  test('are read by the names of the indexers', async () => {
    const {config} = await configOf(arr('{"Some Tracker" = "100/day", Other = " 20 / Hour "}'))
    expect(config.arrs[0]!.EntrySearch.IndexerLimits).toEqual({
      'Some Tracker': {most: 100, per: 'day'},
      Other: {most: 20, per: 'hour'},
    })
  })

  test.each(['"100/day"', '{A = 100}', '{A = "0/day"}', '{A = "100/week"}', '{"" = "1/day"}', '{A = "x"}'])(
    '%s is refused, with what was found and what is accepted',
    async (limits) => {
      const {config, findings} = await configOf(arr(limits))
      expect(config.arrs[0]!.EntrySearch.IndexerLimits).toEqual({})
      expect(findings.find(({key}) => key === 'EntrySearch.IndexerLimits')).toMatchObject({
        code: 'bad_value',
        section: 'Radarr',
        found: expect.stringMatching(/./),
        accepted: expect.stringContaining('"100/day"'),
      })
    },
  )
})
