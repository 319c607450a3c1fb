/**
 * All that the rest of the program and the pages know of one kind of torrent server besides its client: names, ports,
 * addresses, form fields, advice. Each kind states it once, in `<kind>/kind.ts`. Pure data without imports: it is read
 * in the browser, too.
 */
export interface ClientKind {
  /** As its makers write it. */
  readonly label: string
  /** Versions that work, as a few words. */
  readonly versions: string
  readonly section: {
    /** How its sections in `config.toml` begin: `Transmission`, `Transmission-NAS`. */
    readonly prefix: string
    /** The section of the predecessor: its case counts, and its keys have variables of their own. */
    readonly isInherited?: true
    /** The smallest section that can be used as it stands. */
    readonly example: string
    /** Variables that images of this program read and we do not; whoever sets one reads which variable to use. */
    readonly foreignVariables?: {readonly pattern: RegExp; readonly begin: string; readonly instead: string}
  }
  readonly address: KindAddress
  /** Its own settings beyond those that every kind has, in the order of the reference. */
  readonly fields: readonly KindField[]
  readonly advice: {
    /** What helps when it does not answer at this path. */
    readonly wrongPath: string
    /** Which version is needed. */
    readonly tooOld: string
  }
  readonly arr: {
    /** Its names in the download clients of Arrs, in lower case. */
    readonly names: readonly string[]
    /** Arrs also know their downloads by a folder, so they need no category. */
    readonly byFolder?: true
  }
  readonly categories: {
    /** They have folders, and a torrent may follow that of its category. */
    readonly haveFolders?: true
    /** It keeps them in lower case. */
    readonly areLowerCase?: true
  }
  readonly files: {
    /** Its settings by which it moves torrents that it has; absent = its folders are for what is added later. */
    readonly movedBySettings?: {
      readonly savePath: string
      /** Where it keeps what is not complete, and whether it does. */
      readonly incompletePath: string
      readonly usesIncompletePath: string
    }
    /**
     * Its settings by which it decides what an addition leaves open; absent = it saves in its default folder, laid out as
     * the torrent says.
     */
    readonly addedBySettings?: {
      readonly savePath: string
      readonly byCategory?: {
        /** Managed automatically: in the folder of its category. */
        readonly automatic: string
        /** What is managed by hand is saved in the folder of its category, too. */
        readonly categoryFolders: string
      }
      readonly layout?: {
        readonly name: string
        readonly values: Readonly<Record<string, 'original' | 'subfolder' | 'noSubfolder'>>
      }
      /** Where it moves what is complete, and whether it does; a category may have both for its torrents. */
      readonly completed?: {readonly path: string; readonly isOn: string}
    }
    /** Its settings by which it gives other names to files of torrents that it has, on or off. */
    readonly renamedBySettings?: readonly string[]
    /** Its settings by which it removes torrents that reach a share limit, and deletes their files. */
    readonly endedBySettings?: {
      /** What happens then, and its values by which files stay. */
      readonly action: string
      readonly spares: readonly number[]
      /** When it happens: its limits, and what switches them on. */
      readonly limits: readonly string[]
    }
    /** Its settings that name folders which it writes to or watches itself: a path, or an object of paths. */
    readonly ownFolders: readonly string[]
    /** What it may append to the name of a file that is not complete. */
    readonly unfinishedEnding?: string
    /** Naming another location moves what lies at the old one, if anything does, also where files are to stay. */
    readonly movesIfThere?: true
    /** It cuts blanks off the end of a folder that it is sent. */
    readonly trimsFolders?: true
    /** It cuts blanks off each part of a new path of a file or folder, and leaves out parts of dots alone. */
    readonly stripsNames?: true
    /** A torrent's new name is that of its top folder or file, too. */
    readonly followName?: true
    /** Where its `setLocation` is limited, a new location is only named and no file moves. */
    readonly mayStayWithLocation?: true
    /** Most torrents that are removed with their data in one order, where we delete the data ourselves. */
    readonly mostErased?: number
  }
  /** It may not say when a torrent was added: then that is the moment in which we saw it first. */
  readonly mayLackAddedAt?: true
  readonly peers: {
    /** Its settings that say where peers reach it: its port, and whether it draws another one at each start. */
    readonly port: string
    readonly random?: string
    /** It adds no peer to a private torrent, whoever names it. */
    readonly refusesPrivate?: true
  }
  /** Look-ups beside the polls: at most half of its connections. */
  readonly lookUps: {readonly atOnce: 1 | 2; readonly perMinute: number}
}

export interface KindAddress {
  /** Where it listens unless it is configured otherwise; where it takes SCGI, the port of that. */
  readonly port: number
  /** The port that a section without one has always meant, and what to say of it. */
  readonly absentPort?: {readonly port: number; readonly remark: string}
  /** Path of its API where none is given; '' = below whatever path is given. */
  readonly path: string
  /** A path that is its `folder`, or ends with a slash or with its `page`, is completed with `api`. */
  readonly completes?: {readonly folder: string; readonly page: string; readonly api: string}
  /** It takes SCGI as well, over TCP or a socket; a bare host means that. */
  readonly takesScgi?: true
  /** What an address may look like, for error texts. */
  readonly accepted: string
  /** Typed into the field, and the hint below it. */
  readonly placeholder: string
  readonly hint: string
  /** What only its addresses have. */
  readonly signs: {readonly path: RegExp; readonly port: number}
  /** Words for it in a list of addresses besides its name. */
  readonly words: readonly string[]
  /** A page for people in front of it, and where programs come in there. */
  readonly page?: {readonly pattern: RegExp; readonly api: string}
}

/** Settings that only some kinds have. Where `basicAuth` is none, a user in the address is the server's own. */
export type KindField =
  | 'username'
  | 'apiKey'
  | 'basicAuth'
  | 'socket'
  | 'categorySource'
  | 'allowExecute'
  | 'downloadRoots'
