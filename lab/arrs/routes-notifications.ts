/** Webhooks as an Arr keeps them: `notification`, in Sonarr's v5 API `connection`. Source: protocol notes §9.2. */
import {
  accepted,
  bodyOf,
  created,
  deleted,
  invalid,
  noItem,
  ok,
  type Asked,
  type Reply,
  type Routes,
} from './asked.ts'
import {testPayload} from './payloads.ts'
import {field} from './routes-settings.ts'

const resourceName = ({api}: Asked): string => (api === 'v5' ? 'ConnectionResource' : 'NotificationResource')

/** Every event that the app describes, and switched off. Readarr's webhooks know no headers. */
function skeleton(asked: Asked): object {
  const {arr, description} = asked
  const properties = description.propertiesOf(resourceName(asked))
  const switches = Object.keys(properties)
    .filter((name) => /^(on|supportsOn)[A-Z]/.test(name))
    .map((name) => [name, name.startsWith('supports')])
  const names = [
    'url',
    'method',
    'username',
    'password',
    ...(arr.dialect.family === 'books' ? [] : ['headers']),
  ]
  return {
    name: '',
    implementation: 'Webhook',
    implementationName: 'Webhook',
    configContract: 'WebhookSettings',
    infoLink: 'https://wiki.invalid',
    tags: [],
    presets: [],
    includeHealthWarnings: false,
    ...Object.fromEntries(switches),
    fields: names.map((name, order) =>
      field(asked.description, name, name === 'method' ? 1 : name === 'headers' ? [] : '', order),
    ),
  }
}

function shown(asked: Asked, resource: Readonly<Record<string, unknown>>): object {
  const fields = ((resource.fields ?? []) as {name: string; value?: unknown}[]).map((it, order) =>
    field(asked.description, it.name, it.value ?? '', order),
  )
  return {...asked.description.shown(resourceName(asked), resource), fields}
}

/** It is tried before it is kept, unless all its events are off. */
async function kept(asked: Asked, body: Readonly<Record<string, unknown>>): Promise<Reply | null> {
  const isOn = Object.entries(body).some(([key, value]) => /^on[A-Z]/.test(key) && value === true)
  return isOn ? tried(asked, body) : null
}

async function tried(asked: Asked, body: Readonly<Record<string, unknown>>): Promise<Reply | null> {
  const {hooks, time} = asked.arr
  const trouble = await time.outside(hooks.test(body, testPayload(asked.arr)))
  return trouble === null ? null : invalid('Url', trouble)
}

async function add(asked: Asked): Promise<Reply> {
  const body = bodyOf(asked)
  const refusal = await kept(asked, body)
  return refusal ?? created(shown(asked, asked.arr.hooks.add(body).resource))
}

async function change(asked: Asked): Promise<Reply> {
  const {hooks} = asked.arr
  const [id = 0] = asked.ids
  if (!hooks.all.has(id)) return noItem(asked)
  const body = bodyOf(asked)
  const refusal = await kept(asked, body)
  return refusal ?? accepted(shown(asked, hooks.replace(id, body).resource))
}

function remove(asked: Asked): Reply {
  return asked.arr.hooks.all.delete(asked.ids[0]!) ? deleted(asked) : noItem(asked)
}

async function test(asked: Asked): Promise<Reply> {
  return (await tried(asked, bodyOf(asked))) ?? ok({})
}

function routesAt(path: string): Routes {
  return {
    [`GET ${path}/schema`]: (asked) => ok([asked.description.shown(resourceName(asked), skeleton(asked))]),
    [`GET ${path}`]: (asked) =>
      ok([...asked.arr.hooks.all.values()].map(({resource}) => shown(asked, resource))),
    [`POST ${path}`]: add,
    [`PUT ${path}/{id}`]: change,
    [`DELETE ${path}/{id}`]: remove,
    [`POST ${path}/test`]: test,
  }
}

export const notificationRoutes: Routes = {...routesAt('notification'), ...routesAt('connection')}
