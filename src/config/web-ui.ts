/** What is wrong with values of `[WebUI]` that can be read: who may log in, from where, and under which name. */
import {readFileLogIn} from '#accounts/file-log-in.ts'
import {readOidcSettings} from '#accounts/oidc-settings.ts'
import {allowedHosts} from '#lib/host-names.ts'
import {proxiesToBelieve, trustedProxies} from '#lib/trusted-proxies.ts'
import {CommodarrError} from '#model/errors.ts'
import {showValue} from './document/findings.ts'
import type {Reading} from './schema/read-table.ts'
import type {WebUi} from './schema/schema.ts'

/** By trying a thousand a second a short one is found; with more characters nobody finds it. */
const LEAST_TOKEN = 24

/**
 * A browser on the proxy's own machine can be led by a page under a borrowed name to pretend to be the proxy; only the
 * list of names that we answer to stops it, so without that list no proxy is believed.
 */
export function hasProxyLogIn({ForwardedUserHeader, TrustedProxies, AllowedHosts}: WebUi): boolean {
  return ForwardedUserHeader !== null && TrustedProxies.length > 0 && AllowedHosts.length > 0
}

export function reportWebUi(webui: WebUi, reading: Reading): void {
  reportToken(webui, reading)
  reportPlaces(webui, reading)
  reportProxyLogIn(webui, reading)
  reportFileLogIn(webui, reading)
  reportOidc(webui, reading)
}

function reportToken({Token}: WebUi, reading: Reading): void {
  if (Token === null || Token.reveal().length >= LEAST_TOKEN) return
  reading.remark(['WebUI', 'Token'], {
    severity: 'warning',
    code: 'exposed',
    found: '***',
    accepted: `${LEAST_TOKEN} characters or more`,
    message: `This token has fewer than ${LEAST_TOKEN} characters, so it could be guessed. Take a longer one.`,
  })
}

function reportPlaces({TrustedProxies, AllowedHosts}: WebUi, reading: Reading): void {
  for (const entry of trustedProxies(TrustedProxies).unreadable) {
    reading.remark(['WebUI', 'TrustedProxies'], {
      severity: 'error',
      code: 'bad_value',
      found: showValue(entry),
      accepted: 'an address such as 10.0.0.2, or a range such as 10.0.0.0/8',
      message: 'This entry is neither an address nor a range, so it makes no proxy trusted.',
    })
  }
  for (const entry of allowedHosts(AllowedHosts).unreadable) {
    reading.remark(['WebUI', 'AllowedHosts'], {
      severity: 'error',
      code: 'bad_value',
      found: showValue(entry),
      accepted: 'a host name such as fleet.example, *.example.org or *',
      message: 'This entry is not a host name, so Commodarr does not answer to it.',
    })
  }
}

function reportProxyLogIn(webui: WebUi, reading: Reading): void {
  if (webui.ForwardedUserHeader === null) return
  if (!hasProxyLogIn(webui)) {
    reading.remark(['WebUI', 'ForwardedUserHeader'], {
      severity: 'error',
      code: 'without_effect',
      accepted: 'TrustedProxies and AllowedHosts beside it',
      message: 'Users named in this header are not let in: TrustedProxies and AllowedHosts are needed, too.',
    })
  }
  for (const range of proxiesToBelieve(webui.TrustedProxies).refused) {
    reading.remark(['WebUI', 'TrustedProxies'], {
      severity: 'warning',
      code: 'exposed',
      found: showValue(range),
      accepted: 'the addresses of your reverse proxies',
      message:
        'This range covers every address, so no user name of ForwardedUserHeader is accepted from there.',
    })
  }
}

function reportFileLogIn(webui: WebUi, reading: Reading): void {
  const read = readFileLogIn(webui)
  if (read === null || 'hash' in read) return
  const {key, accepted, message} = read
  reading.remark(['WebUI', key], {
    severity: 'error',
    code: webui[key] === null ? 'missing_value' : 'bad_value',
    found: key === 'Username' && webui.Username !== null ? showValue(webui.Username) : null,
    accepted,
    message,
  })
}

function reportOidc({OIDCEnabled, OIDC}: WebUi, reading: Reading): void {
  if (!OIDCEnabled) return
  try {
    readOidcSettings(OIDC)
  } catch (error) {
    if (!(error instanceof CommodarrError)) throw error
    reading.remark(['WebUI', 'OIDC', String(error.about['key'])], {
      severity: 'error',
      code: 'bad_value',
      message: `${error.message} No user can log in through the provider.`,
    })
  }
}
