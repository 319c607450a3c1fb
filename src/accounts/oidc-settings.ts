/** What `WebUI.OIDC` says, checked: which provider, who we are there, and which groups make which role. */
import type {Role} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import type {Secret} from '#model/secret.ts'

/** As the configuration has it. */
export interface OidcConfig {
  readonly Authority: string | null
  readonly ClientId: string | null
  readonly ClientSecret: Secret | null
  readonly Scopes: string
  readonly CallbackPath: string
  readonly RequireHttpsMetadata: boolean
  readonly GroupsClaim: string
  readonly AdministratorGroups: readonly string[]
  readonly MemberGroups: readonly string[]
  readonly ViewerGroups: readonly string[]
  readonly DefaultRole: Role | ''
}

export interface OidcSettings {
  readonly authority: URL
  readonly clientId: string
  /** `null` = we have none there (a public client). */
  readonly clientSecret: Secret | null
  /** Separated by blanks; `openid` is among them. */
  readonly scopes: string
  /** Below `UrlBase`. */
  readonly callbackPath: string
  /** The provider may be asked without HTTPS: for one on this machine. */
  readonly allowHttp: boolean
  readonly roles: RoleMapping
}

export interface RoleMapping {
  readonly groupsClaim: string
  /** The first that fits counts. */
  readonly groups: readonly (readonly [Role, readonly string[]])[]
  /** Of whoever is in none of the groups; `null` = not let in. */
  readonly otherwise: Role | null
}

/** @throws {CommodarrError} config_invalid, in one sentence that names the key */
export function readOidcSettings(config: OidcConfig): OidcSettings {
  return {
    authority: readAuthority(config),
    clientId: config.ClientId ?? missing('ClientId'),
    clientSecret: config.ClientSecret,
    scopes: [...new Set(['openid', ...config.Scopes.split(/[\s,]+/).filter(Boolean)])].join(' '),
    callbackPath: readCallbackPath(config.CallbackPath),
    allowHttp: !config.RequireHttpsMetadata,
    roles: {
      groupsClaim: config.GroupsClaim,
      groups: [
        ['administrator', config.AdministratorGroups],
        ['member', config.MemberGroups],
        ['viewer', config.ViewerGroups],
      ],
      otherwise: config.DefaultRole === '' ? null : config.DefaultRole,
    },
  }
}

function readAuthority({Authority, RequireHttpsMetadata}: OidcConfig): URL {
  const text = Authority ?? missing('Authority')
  // People copy the address of the metadata as often as that of the provider.
  const url = URL.parse(text.replace(/\/\.well-known\/openid-configuration\/?$/, ''))
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.username !== '' ||
    url.search + url.hash !== ''
  ) {
    throw invalid('Authority', 'is no address of a provider, such as https://login.example')
  }
  if (url.protocol === 'http:' && RequireHttpsMetadata) {
    throw invalid('Authority', 'has no HTTPS; it is used only with RequireHttpsMetadata = false')
  }
  return url
}

/** It must not stand in the way of what we serve ourselves. */
function readCallbackPath(text: string): string {
  const path = `/${text.trim().replace(/^\/+|\/+$/g, '')}`
  if (!/^(\/[\w\-.~]+)+$/.test(path) || /^\/(api|health|ready|metrics)(\/|$)/.test(path)) {
    throw invalid('CallbackPath', 'is no path of its own, such as /signin-oidc')
  }
  return path
}

function missing(key: string): never {
  throw invalid(key, 'is missing')
}

function invalid(key: string, what: string): CommodarrError {
  return new CommodarrError('config_invalid', `WebUI.OIDC.${key} ${what}.`, {key})
}
