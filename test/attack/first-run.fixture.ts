/**
 * The first run: nobody has an account, and who asks is a stranger, but for who has the token that the start printed.
 * Before that nobody can look, so what strangers did is what whoever sets up finds then, beside a program that nobody
 * attacked.
 */
import {rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {printedTokens} from '../program/access.fixture.ts'
import {newFolder, Program} from '../program/program.fixture.ts'
import {assembled, routesOf, type Document} from './attack-requests.fixture.ts'
import {ask, got, password, type Headers} from './attack-world.fixture.ts'

const lists = ['users', 'keys', 'sessions', 'invitations', 'servers', 'arrs', 'rules', 'approvals', 'views']
const foreign: Headers = {origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site'}
const strangers: readonly Headers[] = [
  {},
  foreign,
  {'x-api-token': 'a guess'},
  {cookie: 'commodarr_session=a'},
]

export interface FirstRun {
  /** What whoever set up has found, and a stranger with the same token left behind him. */
  readonly found: object
  /** The same of a program that nobody attacked. */
  readonly unattacked: object
  readonly requests: number
}

/** @param frontOf of a program that listens here: where its requests go */
export async function attackFirstRun(frontOf: (url: string) => Promise<string>): Promise<FirstRun> {
  const requests = {count: 0}
  const found = await firstRun(async (url, token) => attackedBefore(await frontOf(url), token, requests))
  return {found, unattacked: await firstRun(async (url) => url), requests: requests.count}
}

/** @param before happens before anybody has an account; gives where whoever has the token asks then */
async function firstRun(before: (url: string, token: string) => Promise<string>): Promise<object> {
  const folder = newFolder()
  const configFile = join(folder, 'config.toml')
  writeFileSync(configFile, '[WebUI]\nHost = "127.0.0.1"\n')
  const args = ['--config', configFile, '--data', join(folder, 'data'), '--port', '0']
  const program = new Program(args)
  try {
    const {url} = await program.api()
    const token = printedTokens(program.out).setUp!
    const front = await before(url, token)
    const made = await ask(front, {}, 'POST', '/api/setup', {username: 'Otto', password, token})
    if (made.status !== 201) throw new Error(`whoever has the token cannot set up: ${made.reported}`)
    // What it was good for is over.
    await ask(front, {}, 'POST', '/api/setup', {username: 'Eve', password, token})
    const cookie = made.cookies.find((it) => it.startsWith('commodarr_session='))!.split(';')[0]!
    const all = await Promise.all(
      lists.map(async (list) => {
        const answer = await got<Record<string, {name?: string; role?: string}[]>>(
          url,
          {cookie},
          'GET',
          `/api/${list}`,
        )
        return [list, answer[list]!.map(({name, role}) => [name, role])] as const
      }),
    )
    const settings = await got<object>(url, {cookie}, 'GET', '/api/settings')
    return {...Object.fromEntries(all), settings}
  } finally {
    await program.end('SIGTERM')
    rmSync(folder, {recursive: true, force: true})
  }
}

/** Every operation by every stranger; he guesses at the token, and a foreign page has it. */
async function attackedBefore(front: string, token: string, requests: {count: number}): Promise<string> {
  const document = JSON.parse((await ask(front, {}, 'GET', '/api/openapi.json')).body) as Document
  const eve = {username: 'Eve', password}
  for (const headers of strangers) {
    for (const route of routesOf(document)) {
      const {url, body} = assembled(route, document, {}, {}, 'p', headers)
      await ask(front, headers, route.method, url, body)
      requests.count++
    }
    for (const guess of [undefined, '', 'a guess', token.slice(1), token.toLowerCase()])
      await ask(front, headers, 'POST', '/api/setup', {...eve, token: guess})
  }
  await ask(front, foreign, 'POST', '/api/setup', {...eve, token})
  return front
}
