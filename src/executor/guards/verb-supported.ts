import type {Guard} from './guard.ts'

/** What a kind or version of server lacks is refused with its reason before anything is sent. */
export const verbSupported: Guard = ({command, server}) => {
  const feature = server?.features?.[command.verb]
  return feature?.support === 'none' ? {code: 'not_supported', message: feature.reason} : null
}
