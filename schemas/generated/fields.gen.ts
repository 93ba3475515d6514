/** Generated from schemas/ by `npm run generate`. Do not edit. */

export interface FieldEntry {
  /** Where the value stands in an Event. */
  readonly path: string;
  readonly type: 'string' | 'number' | 'bigint' | 'boolean' | 'list';
  /** Name in Sigma's taxonomy. */
  readonly sigma?: string;
  /** A list is matched as one text, joined by this. */
  readonly join?: string;
  /** The watched program can choose the value. */
  readonly attacker: boolean;
}

export interface KindEntry {
  /** The Sigma logsource that asks for events of this kind. */
  readonly sigma: { readonly category: string; readonly product: string } | null;
  readonly fields: readonly FieldEntry[];
}

const commonFields: readonly FieldEntry[] = [
  {"path":"ring","type":"number","attacker":false},
  {"path":"seq","type":"number","attacker":false},
  {"path":"time","type":"bigint","attacker":false},
  {"path":"process.pid","type":"number","attacker":false,"sigma":"ProcessId"},
  {"path":"process.start_ns","type":"bigint","attacker":false},
  {"path":"process.tid","type":"number","attacker":false},
  {"path":"process.ppid","type":"number","attacker":false,"sigma":"ParentProcessId"},
  {"path":"process.parent_start_ns","type":"bigint","attacker":false},
  {"path":"process.pgid","type":"number","attacker":false},
  {"path":"process.sid","type":"number","attacker":false},
  {"path":"process.ns_pid","type":"number","attacker":false},
  {"path":"process.uid","type":"number","attacker":false},
  {"path":"process.euid","type":"number","attacker":false},
  {"path":"process.suid","type":"number","attacker":false},
  {"path":"process.fsuid","type":"number","attacker":false},
  {"path":"process.gid","type":"number","attacker":false},
  {"path":"process.egid","type":"number","attacker":false},
  {"path":"process.sgid","type":"number","attacker":false},
  {"path":"process.fsgid","type":"number","attacker":false},
  {"path":"process.login_uid","type":"number","attacker":false},
  {"path":"process.audit_session","type":"number","attacker":false,"sigma":"LogonId"},
  {"path":"process.cap_permitted","type":"bigint","attacker":false},
  {"path":"process.cap_effective","type":"bigint","attacker":false},
  {"path":"process.cap_inheritable","type":"bigint","attacker":false},
  {"path":"process.cap_bounding","type":"bigint","attacker":false},
  {"path":"process.cap_ambient","type":"bigint","attacker":false},
  {"path":"process.pid_ns","type":"number","attacker":false},
  {"path":"process.mnt_ns","type":"number","attacker":false},
  {"path":"process.net_ns","type":"number","attacker":false},
  {"path":"process.uts_ns","type":"number","attacker":false},
  {"path":"process.ipc_ns","type":"number","attacker":false},
  {"path":"process.cgroup_ns","type":"number","attacker":false},
  {"path":"process.user_ns","type":"number","attacker":false},
  {"path":"process.cgroup_id","type":"bigint","attacker":false},
  {"path":"process.cgroup","type":"string","attacker":true},
  {"path":"process.comm","type":"string","attacker":true},
  {"path":"process.exe","type":"string","attacker":true,"sigma":"Image"},
  {"path":"process.exe_inode","type":"bigint","attacker":false},
  {"path":"process.exe_device","type":"number","attacker":false},
  {"path":"process.exe_deleted","type":"boolean","attacker":false},
  {"path":"process.exe_memfd","type":"boolean","attacker":false},
  {"path":"process.args","type":"list","attacker":true,"sigma":"CommandLine","join":" "},
  {"path":"process.cwd","type":"string","attacker":true,"sigma":"CurrentDirectory"},
  {"path":"process.tty","type":"string","attacker":false},
  {"path":"process.user","type":"string","attacker":false,"sigma":"User"},
  {"path":"parent.pid","type":"number","attacker":false,"sigma":"ParentProcessId"},
  {"path":"parent.start_ns","type":"bigint","attacker":false},
  {"path":"parent.exe","type":"string","attacker":true,"sigma":"ParentImage"},
  {"path":"parent.args","type":"list","attacker":true,"sigma":"ParentCommandLine","join":" "},
  {"path":"parent.comm","type":"string","attacker":true},
  {"path":"parent.uid","type":"number","attacker":false},
  {"path":"parent.user","type":"string","attacker":false,"sigma":"ParentUser"},
  {"path":"truncated","type":"list","attacker":false},
];

export const eventKinds = {
  process_exec: {
    sigma: {"category":"process_creation","product":"linux"},
    fields: [...commonFields,
      {"path":"body.filename","type":"string","attacker":true},
      {"path":"body.interpreter","type":"string","attacker":true},
      {"path":"body.argc","type":"number","attacker":false},
      {"path":"body.stdin_type","type":"string","attacker":false,"sigma":"StdinType"},
      {"path":"body.stdout_type","type":"string","attacker":false,"sigma":"StdoutType"},
      {"path":"body.stderr_type","type":"string","attacker":false,"sigma":"StderrType"},
    ],
  },
  process_fork: {
    sigma: null,
    fields: [...commonFields,
      {"path":"body.forker_pid","type":"number","attacker":false},
      {"path":"body.forker_start_ns","type":"bigint","attacker":false},
    ],
  },
  process_exit: {
    sigma: {"category":"process_termination","product":"linux"},
    fields: [...commonFields,
      {"path":"body.exit_code","type":"number","attacker":false,"sigma":"ExitCode"},
      {"path":"body.signal","type":"number","attacker":false,"sigma":"ExitSignal"},
      {"path":"body.core_dumped","type":"boolean","attacker":false},
      {"path":"body.duration_ns","type":"bigint","attacker":false},
    ],
  },
} as const satisfies Record<string, KindEntry>;

export type EventKind = keyof typeof eventKinds;
