import manifest from '../../package.json' with {type: 'json'}

/** Of Commodarr, as package.json has it. */
export const version: string = manifest.version
