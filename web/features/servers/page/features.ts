/** What a server can and cannot do. */
import type {ServerDetail, ServerFeature} from '../../../api/servers.ts'

/** `null` = nobody knows yet. */
export function featureOf({features}: ServerDetail, name: string): ServerFeature | null {
  return features?.find((feature) => feature.name === name) ?? null
}

/** What it cannot do comes first, what it does in its own way next; what it simply does is not worth a line. */
export function featuresBySupport(
  features: readonly ServerFeature[],
): Readonly<Record<ServerFeature['support'], readonly ServerFeature[]>> {
  const having = (support: ServerFeature['support']) =>
    features.filter((feature) => feature.support === support)
  return {
    none: having('none'),
    limited: having('limited'),
    emulated: having('emulated'),
    native: having('native'),
  }
}

/** "setGlobalLimits" → "set global limits": the server's names are words run together. */
export function featureWords(name: string): string {
  return name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
}
