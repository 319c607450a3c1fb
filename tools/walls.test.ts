import {globSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {importsOf, isTest, packagesOf, projectFiles, type Import} from './imports.ts'
import {root} from './steps.ts'
import {actingFields, approvals, commandWays, doors, packages, walls} from './walls.ts'

const files = projectFiles()

/** Rooms that are no part of the program. */
const outside = new Set(['lab', 'bench', 'tools', 'test', 'web'])

/** The descriptors lie beside the clients, and bring nothing of them along. */
const descriptors = /^src\/clients\/(kinds\/kinds|[a-z]+\/kind)\.ts$/

function roomOf(file: string): string {
  if (descriptors.test(file)) return 'kinds'
  const [top, room] = file.split('/')
  if (top !== 'src') return top!
  return room === 'main.ts' ? 'app' : room!
}

const imports = files.flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')))

test('the pages take no code of the door, only the types of what travels', () => {
  const taken = files
    .filter((file) => roomOf(file) === 'web' && !isTest(file))
    .flatMap((file) => readFileSync(join(root, file), 'utf8').match(/import[^;'"]*'#http\/[^']+'/g) ?? [])
  expect(taken.filter((it) => !/^import type\s[^']*'#http\/schemas\/[^']+'$/.test(it))).toEqual([])
})

test('what loads late hides nothing but itself', () => {
  // The frame holds a page back that is on its way; all else has a boundary of its own, by `lazyPart`.
  const allowed = ['web/features/shell/Shell.tsx', 'web/ui/lazy-part.ts']
  const boundaries = files.filter(
    (file) =>
      roomOf(file) === 'web' &&
      !isTest(file) &&
      /\b(?:lazy|Suspense)\b[^;'"]*from 'react'/.test(readFileSync(join(root, file), 'utf8')),
  )
  expect(boundaries.toSorted()).toEqual(allowed)
})

test('rooms know only the rooms on their line', () => {
  const wrong = imports
    .filter(({from}) => !isTest(from))
    .filter(({from, to}) => {
      const [mine, other] = [roomOf(from), roomOf(to)]
      const allowed = walls[mine]
      if (!allowed) return true
      return (
        mine !== other &&
        other !== 'model' &&
        other !== 'lib' &&
        other !== 'kinds' &&
        !allowed.includes('*') &&
        !allowed.includes(other)
      )
    })
  expect(wrong).toEqual([])
})

test('no room comes back to itself, types counted', () => {
  const arrows = new Map<string, Map<string, string>>()
  for (const {from, to} of imports) {
    if (isTest(from) || outside.has(roomOf(from)) || outside.has(roomOf(to)) || !to.startsWith('src/'))
      continue
    if (roomOf(from) !== roomOf(to))
      arrows.set(roomOf(from), (arrows.get(roomOf(from)) ?? new Map()).set(roomOf(to), `${from} → ${to}`))
  }
  expect(cyclesOf(arrows)).toEqual([])
})

test('no folder of the pages comes back to itself by what it takes at once', () => {
  /** A feature, or what all features stand on: `live`, `ui`, `api` … */
  const folderOf = (file: string) => {
    const [, folder, feature] = file.split('/')
    return folder === 'features' ? feature! : folder!
  }
  const arrows = new Map<string, Map<string, string>>()
  for (const {from, to, kind} of imports) {
    if (kind !== 'static' || isTest(from) || roomOf(from) !== 'web' || roomOf(to) !== 'web') continue
    const [mine, other] = [folderOf(from), folderOf(to)]
    if (mine !== other) arrows.set(mine, (arrows.get(mine) ?? new Map()).set(other, `${from} → ${to}`))
  }
  expect(cyclesOf(arrows)).toEqual([])
})

/** Each way that leads back to where it began, with one import for each step. */
function cyclesOf(arrows: ReadonlyMap<string, ReadonlyMap<string, string>>): readonly string[] {
  const done = new Set<string>()
  const cycles: string[] = []
  const follow = (folder: string, way: readonly string[], steps: readonly string[]) => {
    const start = way.indexOf(folder)
    if (start >= 0) cycles.push(steps.slice(start).join(', '))
    if (start >= 0 || done.has(folder)) return
    for (const [next, step] of arrows.get(folder) ?? []) follow(next, [...way, folder], [...steps, step])
    done.add(folder)
  }
  for (const folder of arrows.keys()) follow(folder, [], [])
  return cycles
}

test('the table of rooms names the rooms that there are', () => {
  expect(Object.keys(walls).toSorted()).toEqual([...new Set(files.map(roomOf))].toSorted())
})

test('only tests know lab, bench and tools, and --demo the simulated fleet', () => {
  const isDemo = ({from, to}: Import) => roomOf(from) === 'app' && to === 'lab/demo.ts'
  const wrong = imports.filter(
    (one) =>
      !isTest(one.from) && !isDemo(one) && !outside.has(roomOf(one.from)) && outside.has(roomOf(one.to)),
  )
  expect(wrong).toEqual([])
})

test('only tests know what is made up for tests', () => {
  const isMadeUp = (file: string) => /\.(test|fixture)\.ts$|-test\.ts$|every-store\.ts$/.test(file)
  const wrong = imports.filter(
    ({from, to}) => isMadeUp(to) && !isTest(from) && !isMadeUp(from) && !outside.has(roomOf(from)),
  )
  expect(wrong).toEqual([])
})

test('doors that destroy open for one file alone', () => {
  const wrong = imports.filter(({from, to}) =>
    doors.some((door) => door.file.test(to) && !door.openTo.test(from) && !isTest(from)),
  )
  expect(wrong).toEqual([])
})

test('the descriptors of kinds import nothing but each other', () => {
  const wrong = imports.filter(({from, to}) => descriptors.test(from) && !descriptors.test(to))
  expect(wrong).toEqual([])
  for (const file of files.filter((it) => descriptors.test(it)))
    expect(packagesOf(file, readFileSync(join(root, file), 'utf8'))).toEqual([])
})

test('packages that one file keeps within bounds are imported by no other', () => {
  for (const {name, only} of packages) {
    const users = files.filter((file) =>
      packagesOf(file, readFileSync(join(root, file), 'utf8')).some((it) => it.split('/', 1)[0] === name),
    )
    expect(users.filter((file) => !isTest(file))).toEqual([only])
  }
})

test('approval is given in one file alone', () => {
  for (const {cast, only} of approvals) {
    const wrong = files.filter(
      (file) =>
        file !== only &&
        !isTest(file) &&
        file !== 'tools/walls.ts' &&
        cast.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(wrong).toEqual([])
  }
})

test('every import names a file that is there', () => {
  const known = new Set(files)
  expect(imports.filter(({to}) => to.endsWith('.ts') && !known.has(to))).toEqual([])
})

test('routes and live messages act on torrents through the action service alone', () => {
  const door = files.filter((file) => roomOf(file) === 'http' && !isTest(file))
  const found = door.flatMap((file) => {
    // Lists of these names are no services.
    const text = readFileSync(join(root, file), 'utf8').replaceAll(/\b\w+\.(map|filter|some|flatMap)\(/g, '')
    const calls = new Set(Array.from(text.matchAll(actingFields), ([, field, call]) => `${field}.${call}`))
    return [...calls].map((call) => `${file} ${call}`)
  })
  const allowed = commandWays.flatMap(({file, calls}) => calls.map((call) => `${file} ${call}`))
  expect(found.toSorted()).toEqual(allowed.toSorted())
})

test('what acts is handed to the door under its own name, and with the methods that its table has', () => {
  const texts = files
    .filter((file) => roomOf(file) === 'http' && !isTest(file))
    .map((file) => [file, readFileSync(join(root, file), 'utf8')] as const)
  // `const {run} = scope.executor`, `const hand = scope.executor`: no call of it would be seen.
  const renamed =
    /(?:const|let)\s[^=]*=\s*(?:\w+\.)*(?:executor|recycling|copying|dispatcher|sagas|actionQueue)\s*?[\n,;]/
  expect(texts.filter(([, text]) => renamed.test(text)).map(([file]) => file)).toEqual([])
  const handed = texts.flatMap(([file, text]) =>
    (text.match(/Pick<\s*Executor\b[^>]*>|:\s*Executor\b|:\s*Removals\b|:\s*Copying\b/g) ?? []).map(
      (type) => `${file} ${type.replaceAll(/\s+/g, ' ')}`,
    ),
  )
  expect(handed).toEqual([
    "src/http/scope/sources.ts Pick<Executor, 'runOnServer' | 'add' | 'objectionToFolder'>",
  ])
})

/** A page is also named without the folders above it. */
function endsOf(path: string): readonly string[] {
  const names = path.split('/')
  return names.map((_, at) => names.slice(at).join('/'))
}

test('a page that the source names is one of the project, or one of Transmission', () => {
  const pages = globSync('{*,docs/**/*,src/**/*,lab/**/*}.md', {cwd: root})
  const ends = new Set(['docs/rpc-spec.md', ...pages.flatMap(endsOf)])
  const wrong = files.flatMap((file) =>
    (readFileSync(join(root, file), 'utf8').match(/[\w./-]+\.md\b/g) ?? [])
      .filter((named) => !ends.has(named.replace(/^[./]+/, '')))
      .map((named) => `${file}: ${named}`),
  )
  expect(wrong).toEqual([])
})
