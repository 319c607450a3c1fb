import {expect, test} from 'vitest'
import {configOf} from '../config-text.fixture.ts'
import {renderFindings} from '../edit/render.ts'
import {showValue} from './findings.ts'

const key = '0123456789abcdef0123456789abcdef'

test.each([
  ['http://radarr:7878?apikey=abc', '"http://radarr:7878?apikey=***"'],
  [`http://radarr:7878/${key}`, '"http://radarr:7878/***"'],
  ['http://h/?a=b&token=c#d=e', '"http://h/?a=***&token=***#d=***"'],
  ['http://me:pw@host', '"http://***@host"'],
  ['x6f9a1b2c3d4e5f60718293a4', '"***"'],
  ['3f2504e0-4f89-11d3-9a0c-0305e82c3301', '"***"'],
  ['http://sonarr.example.org:8989/sonarr', '"http://sonarr.example.org:8989/sonarr"'],
  ['/downloads/complete/television', '"/downloads/complete/television"'],
  ['internationalization', '"internationalization"'],
  [1234567, '1234567'],
])('%j is shown as %s', (value, shown) => {
  expect(showValue(value)).toBe(shown)
})

const secret = 'Swordfish-9'
test.each([
  `[Radarr]\nManaged = true\nURI = "http://r:1?apikey=${secret}"\nAPIKey = "${secret}"\n`,
  `[Radarr]\nManaged = true\nURI = "ftp://r/${secret}"\nAPIKey = "${secret}"\n`,
  `[Radarr]\nManaged = true\nURI = "r"\nAPIKey = "${secret}"\nRssSyncTimer = "${secret}"\n`,
  `[qBit]\nHost = "two words ${secret}"\nPassword = "${secret}"\n`,
  `[qBit]\nUrl = "nonsense://x/${secret}"\nPassword = "${secret}"\n`,
  `[qBit]\nHost = "x"\nPort = "${secret}"\nPassword = "${secret}"\n`,
  `[qBit]\nHost = "x"\nHttpProxy = "socks://${secret}"\n`,
  `[Settings]\nWebhookUrl = "http://x/?key=${secret}"\n`,
  `[WebUI]\nToken = "${secret}"\nUrlBase = "?${secret}"\n`,
  `[WebUI.OIDC]\nClientSecret = "${secret}"\nRequireHttpsMetadata = "${secret}"\n`,
])('no finding shows a secret, wherever it was typed: %j', async (text) => {
  const loaded = await configOf(text)
  expect(loaded.findings.length).toBeGreaterThan(0)
  expect(renderFindings(loaded, {color: false})).not.toContain(secret)
  expect(JSON.stringify(loaded.findings)).not.toContain(secret)
})

test('nor does a finding about a variable', async () => {
  const loaded = await configOf(`[Radarr]\nManaged = true\nURI = "r"\nAPIKey = "${secret}"\n`, {
    COMMODARR__Radarr__URI: `ftp://x/${secret}`,
    COMMODARR__Radarr__RssSyncTimer: secret,
  })
  expect(JSON.stringify(loaded.findings)).not.toContain(secret)
})
