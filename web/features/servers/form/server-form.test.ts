import {expect, test} from 'vitest'
import type {ServerDefinition} from '../../../api/servers.ts'
import {
  copyOf,
  draftOf,
  emptyForm,
  fieldNamed,
  formOf,
  knockOf,
  patchOf,
  type ServerForm,
} from './server-form.ts'

const definition: ServerDefinition = {
  id: 's_1',
  kind: 'qbittorrent',
  name: 'seedbox',
  origin: 'user',
  owner: {id: 'u_1', name: 'Mara'},
  url: 'https://box.example/qb',
  username: 'mara',
  basic_auth: {username: 'gate'},
  secrets: {password: 'set', api_key: 'none', basic_auth: 'set', http_proxy: 'none'},
  tls: {ca: null, skip_verify: false},
  path_mappings: [],
  storage: null,
  category_source: 'label',
  allow_execute: false,
  download_roots: [],
  poll_seconds: null,
  timeout_seconds: 30,
  enabled: true,
  obstacle: null,
  tags: ['home'],
  colour: '#3b6fd4',
  icon: null,
  position: 0,
  default_for_adding: true,
  sharing: {everyone: null, users: []},
}

const typed = (text: string) => ({typed: text, erase: false, state: 'none' as const})
const filled: ServerForm = {
  ...emptyForm,
  name: ' nas ',
  address: ' nas:8080 ',
  username: 'mara',
  password: typed('pw'),
}

test('a form that was not touched changes nothing', () => {
  const form = formOf(definition)
  expect(patchOf(form, form, true)).toEqual({})
})

test('an edit names only what changed, and no secret that was not typed', () => {
  const before = formOf(definition)
  expect(patchOf(before, {...before, name: 'box', tags: []}, true)).toEqual({name: 'box', tags: []})
  const password = {...before.password, typed: 'new'}
  expect(patchOf(before, {...before, password}, true)).toEqual({password: 'new'})
})

test('a secret that is taken out is sent as null', () => {
  const before = formOf(definition)
  const after = {...before, password: {...before.password, erase: true}, username: ''}
  expect(patchOf(before, after, true)).toEqual({username: null, password: null})
})

test('the user of a proxy in front changes without its password', () => {
  const before = formOf(definition)
  expect(patchOf(before, {...before, basicUser: 'door'}, true)).toEqual({basic_auth: {username: 'door'}})
  expect(patchOf(before, {...before, basicUser: ''}, true)).toEqual({basic_auth: null})
})

test('a key takes the place of user and password', () => {
  const before = formOf(definition)
  const after = {...before, usesKey: true, apiKey: typed('qbt_key')}
  expect(patchOf(before, after, true)).toEqual({username: null, password: null, api_key: 'qbt_key'})
})

test('a new server is described with what was typed', () => {
  expect(draftOf(filled, false)).toMatchObject({
    kind: 'qbittorrent',
    name: 'nas',
    url: 'nas:8080',
    username: 'mara',
    password: 'pw',
    basic_auth: null,
  })
})

test('what reaches into this machine is an administrator’s alone', () => {
  const kind = 'rtorrent' as const
  const form = {...filled, kind, paths: [{server: '/a', ours: '/b'}], storage: 'nas', allowExecute: true}
  expect(draftOf(form, false)).not.toHaveProperty('path_mappings')
  expect(draftOf(form, false)).not.toHaveProperty('storage')
  expect(draftOf(form, false)).not.toHaveProperty('allow_execute')
  expect(draftOf(form, true)).toMatchObject({
    path_mappings: [{server: '/a', ours: '/b'}],
    storage: 'nas',
    allow_execute: true,
  })
})

test('the name of a disk stays as it is, is changed, and is taken away', () => {
  const before = formOf({...definition, storage: 'nas'})
  expect(patchOf(before, {...before, name: 'box'}, true)).toEqual({name: 'box'})
  expect(patchOf(before, {...before, storage: ' attic '}, true)).toEqual({storage: 'attic'})
  expect(patchOf(before, {...before, storage: ' '}, true)).toEqual({storage: null})
  expect(patchOf(before, {...before, storage: ''}, false)).toEqual({})
})

test('a socket travels as its path and comes back as it', () => {
  const form = {...filled, kind: 'rtorrent' as const, address: '/run/rt.sock'}
  expect(draftOf(form, true)).toMatchObject({socket: '/run/rt.sock'})
  expect(formOf({...definition, kind: 'rtorrent', url: 'scgi+unix:///run/r%20t.sock'}).address).toBe(
    '/run/r t.sock',
  )
})

test('knocking at an address carries no secret and no user', () => {
  const knock = knockOf({...filled, basicUser: 'gate', basicPassword: typed('x'), apiKey: typed('k')})
  expect(knock).toEqual({
    kind: 'qbittorrent',
    url: 'nas:8080',
    username: null,
    tls: {ca: null, skip_verify: false},
  })
})

test('where the category stands goes through the form and back', () => {
  for (const source of ['label', 'path', 'label:cat-']) {
    const form = formOf({...definition, kind: 'transmission', category_source: source})
    expect(draftOf(form, true).category_source).toBe(source)
  }
})

test('a copy has no secrets and is no default', () => {
  const copy = copyOf(definition, 'seedbox 2')
  expect(copy).toMatchObject({name: 'seedbox 2', isDefault: false, password: {state: 'none', typed: ''}})
})

test.each([
  ['url', 'address'],
  ['socket', 'address'],
  ['basic_auth.password', 'basicPassword'],
  ['tls.ca', 'ca'],
  ['path_mappings.0.ours', 'paths'],
  ['storage', 'storage'],
  ['tags.3', 'tags'],
  ['name', 'name'],
  ['nonsense', null],
])('a fault of %s is shown at %s', (wire, field) => {
  expect(fieldNamed(wire)).toBe(field)
})
