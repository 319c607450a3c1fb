import {expect, test} from 'vitest'
import {Secret} from '#model/secret.ts'
import {readOidcSettings, type OidcConfig} from './oidc-settings.ts'

const config = (change: Partial<OidcConfig> = {}): OidcConfig => ({
  Authority: 'https://login.example/realms/home',
  ClientId: 'commodarr',
  ClientSecret: new Secret('s'),
  Scopes: 'openid profile',
  CallbackPath: '/signin-oidc',
  RequireHttpsMetadata: true,
  GroupsClaim: 'groups',
  AdministratorGroups: [],
  MemberGroups: [],
  ViewerGroups: [],
  DefaultRole: 'member',
  ...change,
})

test.each([
  ['https://login.example', 'https://login.example/'],
  ['https://login.example/realms/home', 'https://login.example/realms/home'],
  ['https://login.example/o/commodarr/', 'https://login.example/o/commodarr/'],
  ['https://login.example/realms/home/.well-known/openid-configuration', 'https://login.example/realms/home'],
])('the provider %s is asked at %s', (Authority, href) => {
  expect(readOidcSettings(config({Authority})).authority.href).toBe(href)
})

test.each([
  ['Authority', {Authority: null}],
  ['Authority', {Authority: 'login.example'}],
  ['Authority', {Authority: 'ftp://login.example'}],
  ['Authority', {Authority: 'https://me:secret@login.example'}],
  ['Authority', {Authority: 'https://login.example/?a=b'}],
  ['Authority', {Authority: 'http://login.example'}],
  ['ClientId', {ClientId: null}],
  ['CallbackPath', {CallbackPath: '/'}],
  ['CallbackPath', {CallbackPath: ''}],
  ['CallbackPath', {CallbackPath: '/api'}],
  ['CallbackPath', {CallbackPath: '/api/session'}],
  ['CallbackPath', {CallbackPath: '/health'}],
  ['CallbackPath', {CallbackPath: '/:anything'}],
  ['CallbackPath', {CallbackPath: '/*'}],
  ['CallbackPath', {CallbackPath: '/a?b'}],
])('a wrong %s is reported by its name: %j', (key, change) => {
  expect(() => readOidcSettings(config(change))).toThrow(
    expect.objectContaining({code: 'config_invalid', message: expect.stringContaining(`WebUI.OIDC.${key} `)}),
  )
})

test('a provider without HTTPS is asked only when the configuration says so', () => {
  const settings = readOidcSettings(config({Authority: 'http://127.0.0.1:8080', RequireHttpsMetadata: false}))
  expect([settings.authority.href, settings.allowHttp]).toEqual(['http://127.0.0.1:8080/', true])
})

test.each([
  ['openid profile', 'openid profile'],
  ['profile', 'openid profile'],
  ['', 'openid'],
  ['openid, profile  groups', 'openid profile groups'],
])('the scopes %j ask for %j', (Scopes, scopes) => {
  expect(readOidcSettings(config({Scopes})).scopes).toBe(scopes)
})

test.each(['signin-oidc', '/signin-oidc/', ' /signin-oidc '])(
  'the callback path %j is taken as one path',
  (CallbackPath) => {
    expect(readOidcSettings(config({CallbackPath})).callbackPath).toBe('/signin-oidc')
  },
)
