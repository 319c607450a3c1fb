import {expect, test} from 'vitest'
import {followsGroups, groupsIn, nameIn, roleOf, hasName} from './oidc.ts'
import type {RoleMapping} from './oidc-settings.ts'

const mapping = (otherwise: RoleMapping['otherwise']): RoleMapping => ({
  groupsClaim: 'groups',
  groups: [
    ['administrator', ['admins', 'root']],
    ['member', ['family']],
    ['viewer', ['guests']],
  ],
  otherwise,
})

test.each([
  [['admins'], 'member', 'administrator'],
  [['root', 'guests'], 'member', 'administrator'],
  [['guests', 'family'], null, 'member'],
  [['guests'], 'administrator', 'viewer'],
  [['strangers'], 'member', 'member'],
  [['strangers'], null, null],
  [[], 'viewer', 'viewer'],
  [null, 'viewer', 'viewer'],
  [null, null, null],
  // Names of groups are taken as they are written.
  [['Admins', ' admins', 'admins '], null, null],
] as const)('who is in %j, with %j for all others, becomes %j', (groups, otherwise, role) => {
  expect(roleOf(mapping(otherwise), groups)).toBe(role)
})

test('groups decide only when some are named', () => {
  expect(followsGroups(mapping(null))).toBe(true)
  expect(
    followsGroups({
      ...mapping(null),
      groups: [
        ['administrator', []],
        ['member', []],
        ['viewer', []],
      ],
    }),
  ).toBe(false)
})

test.each([
  [{groups: ['a', 'b']}, 'groups', ['a', 'b']],
  [{groups: 'a'}, 'groups', ['a']],
  [{groups: 'a, b,,c '}, 'groups', ['a', 'b', 'c']],
  [{groups: 'house friends'}, 'groups', ['house friends']],
  [{groups: []}, 'groups', []],
  [{groups: ['a', 5, null, {b: 1}, ['c']]}, 'groups', ['a']],
  [{}, 'groups', null],
  [{groups: null}, 'groups', null],
  [{groups: {a: true}}, 'groups', null],
  [{realm_access: {roles: ['a']}}, 'realm_access.roles', ['a']],
  [{'https://login.example/groups': ['a']}, 'https://login.example/groups', ['a']],
  [{realm_access: 'x'}, 'realm_access.roles', null],
  [{}, 'constructor.name', null],
  [{}, '__proto__.x', null],
])('in %j the groups of "%s" are %j', (claims, claim, groups) => {
  expect(groupsIn(claims, claim)).toEqual(groups)
})

test('a million groups do not slow us down', () => {
  expect(groupsIn({groups: Array.from({length: 1_000_000}, (_, i) => `g${i}`)}, 'groups')).toHaveLength(1_000)
})

test.each([
  [{sub: '1', preferred_username: 'ada', email: 'ada@example', name: 'Ada L.'}, 'ada'],
  [{sub: '1', email: 'ada@example', name: 'Ada L.'}, 'ada@example'],
  [{sub: '1', name: 'Ada  L.'}, 'Ada L.'],
  [{sub: 'abc'}, 'abc'],
  [{sub: '1', preferred_username: '  ', name: 'Ada'}, 'Ada'],
  [{sub: '1', preferred_username: 5, name: 'Ada'}, 'Ada'],
  [{sub: '1', preferred_username: '\u202eada\u200b\n'}, 'ada'],
  [{sub: '\u200b'}, 'user'],
  [{sub: '1', preferred_username: 'x'.repeat(500)}, 'x'.repeat(60)],
])('%j is called %s', (claims, name) => {
  expect(nameIn(claims)).toBe(name)
})

test('the id of the provider alone is no name', () => {
  expect([hasName({sub: 'abc'}), hasName({sub: 'abc', email: 'a@b'})]).toEqual([false, true])
})
