import {hashSync} from 'bcryptjs'
import {expect, test} from 'vitest'
import {configOf} from './config-text.fixture.ts'

const hash = hashSync('a good one', 4)
const token = 'a-token-of-twenty-four-characters'

/** Severity, path, line and what is accepted of all that is said about `[WebUI]`. */
async function saidOf(lines: string): Promise<readonly (readonly unknown[])[]> {
  const {findings} = await configOf(`[WebUI]\n${lines}\n`)
  return findings
    .filter(({section}) => section === 'WebUI')
    .map(({severity, path, line, accepted}) => [severity, path, line, accepted])
}

test.each([
  ['Token = "short"', 'warning', 'WebUI.Token', '24 characters'],
  ['TrustedProxies = ["10.0.0.1", "proxy.example"]', 'error', 'WebUI.TrustedProxies', '10.0.0.0/8'],
  ['AllowedHosts = ["fleet.example", "not a host"]', 'error', 'WebUI.AllowedHosts', 'fleet.example'],
  ['ForwardedUserHeader = "Remote-User"', 'error', 'WebUI.ForwardedUserHeader', 'AllowedHosts'],
])('%s is said where it stands', async (lines, severity, path, accepted) => {
  expect(await saidOf(lines)).toEqual([[severity, path, 2, expect.stringContaining(accepted)]])
})

test('a range of all addresses names no one: said where proxies name users, and only there', async () => {
  const everybody = 'TrustedProxies = ["0.0.0.0/0", "::/0"]\nAllowedHosts = ["fleet.example"]'
  expect(await saidOf(everybody)).toEqual([])
  const proxies = ['warning', 'WebUI.TrustedProxies', 2, expect.stringContaining('reverse proxies')]
  expect(await saidOf(`${everybody}\nForwardedUserHeader = "Remote-User"`)).toEqual([proxies, proxies])
})

test.each([
  ['', 'WebUI.Username'],
  ['Username = "fay"', 'WebUI.PasswordHash'],
  ['Username = "fay"\nPasswordHash = "hunter2-hunter2"', 'WebUI.PasswordHash'],
  [`Username = "fay"\nPasswordHash = "${hash.replace('$04$', '$31$')}"`, 'WebUI.PasswordHash'],
  [`Username = "a\\u0001b"\nPasswordHash = "${hash}"`, 'WebUI.Username'],
])('a user of the file who cannot log in is said by the key: %j', async (lines, path) => {
  const {findings} = await configOf(`[WebUI]\nLocalAuthEnabled = true\n${lines}\n`)
  expect(findings.filter(({section}) => section === 'WebUI')).toMatchObject([{severity: 'error', path}])
  expect(JSON.stringify(findings)).not.toMatch(/hunter2|\$04\$|\$31\$/)
})

test.each([
  ['', 'WebUI.OIDC.Authority'],
  ['Authority = "login.example"\nClientId = "us"', 'WebUI.OIDC.Authority'],
  ['Authority = "http://login.example"\nClientId = "us"', 'WebUI.OIDC.Authority'],
  ['Authority = "https://login.example"', 'WebUI.OIDC.ClientId'],
  ['Authority = "https://login.example"\nClientId = "us"\nCallbackPath = "/api"', 'WebUI.OIDC.CallbackPath'],
])('a provider that cannot be asked is said by the key: %j', async (lines, path) => {
  const {findings} = await configOf(`[WebUI]\nOIDCEnabled = true\n[WebUI.OIDC]\n${lines}\n`)
  expect(findings.filter(({section}) => section === 'WebUI')).toMatchObject([{severity: 'error', path}])
})

test('nothing is said of what is good, nor of what is off', async () => {
  const good = [
    `Token = "${token}"`,
    'LocalAuthEnabled = true',
    'Username = "fay"',
    `PasswordHash = "${hash}"`,
    'OIDCEnabled = true',
    'TrustedProxies = ["10.0.0.1", "fd00::/8"]',
    'AllowedHosts = ["fleet.example", "*.example.org", "https://fleet.example:443/"]',
    'ForwardedUserHeader = "Remote-User"',
    '[WebUI.OIDC]',
    'Authority = "https://login.example"',
    'ClientId = "us"',
  ]
  expect(await saidOf(good.join('\n'))).toEqual([])
  expect(await saidOf('PasswordHash = "no hash"\n[WebUI.OIDC]\nAuthority = "login.example"')).toEqual([])
})

test('a variable is named where it decides', async () => {
  const {findings} = await configOf('', {COMMODARR_WEBUI_TOKEN: 'short'})
  expect(findings).toContainEqual(
    expect.objectContaining({path: 'WebUI.Token', variable: 'COMMODARR_WEBUI_TOKEN', line: null}),
  )
})
