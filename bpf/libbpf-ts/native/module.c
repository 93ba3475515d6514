// SPDX-License-Identifier: Apache-2.0
/*
 * The addon's table of functions and its initialisation. src/native.ts declares the same functions, in the same order
 * and under the same names.
 */
#include "addon.h"

#include <stdlib.h>

static const struct export exports_table[] = {
	{"handleClose", handle_close},
	{"logTake", log_take},
	{"errorMessage", error_message},

	{"objectOpen", object_open},
	{"objectLoad", object_load},
	{"objectPrograms", object_programs},
	{"objectMaps", object_maps},
	{"objectVariables", object_variables},
	{"objectStruct", object_struct},
	{"objectMap", object_map},

	{"programSetAutoload", program_set_autoload},
	{"programSetAttachTarget", program_set_attach_target},
	{"programInfo", program_info},
	{"programInfoById", program_info_by_id},
	{"programFd", program_fd},
	{"programPin", program_pin},
	{"programTestRun", program_test_run},
	{"programEnableStats", program_enable_stats},

	{"mapSpecSetMaxEntries", map_spec_set_max_entries},
	{"mapSpecSetPinPath", map_spec_set_pin_path},
	{"mapSpecReuse", map_spec_reuse},
	{"mapSpecInitialValue", map_spec_initial_value},
	{"mapSpecSetInitialValue", map_spec_set_initial_value},
	{"mapCreate", map_create},
	{"mapOpenPinned", map_open_pinned},
	{"mapOpenById", map_open_by_id},
	{"mapInfo", map_info},
	{"mapLookup", map_lookup},
	{"mapUpdate", map_update},
	{"mapDelete", map_delete},
	{"mapTake", map_take},
	{"mapNextKey", map_next_key},
	{"mapLookupBatch", map_lookup_batch},
	{"mapTakeBatch", map_take_batch},
	{"mapUpdateBatch", map_update_batch},
	{"mapDeleteBatch", map_delete_batch},
	{"mapFreeze", map_freeze},
	{"mapPin", map_pin},

	{"ringOpen", ring_open},
	{"ringRead", ring_read},
	{"ringRelease", ring_release},
	{"ringState", ring_state},
	{"ringWatch", ring_watch},
	{"ringSetReferenced", ring_set_referenced},
	{"ringUnwatch", ring_unwatch},

	{"linkAttach", link_attach},
	{"linkAttachCgroup", link_attach_cgroup},
	{"linkAttachIter", link_attach_iter},
	{"linkAttachTrace", link_attach_trace},
	{"linkAttachRawTracepoint", link_attach_raw_tracepoint},
	{"linkAttachTracepoint", link_attach_tracepoint},
	{"linkAttachKprobe", link_attach_kprobe},
	{"linkAttachUprobe", link_attach_uprobe},
	{"linkAttachPerfEvent", link_attach_perf_event},
	{"linkAttachXdp", link_attach_xdp},
	{"linkAttachTcx", link_attach_tcx},
	{"linkAttachNetns", link_attach_netns},
	{"linkOpenPinned", link_open_pinned},
	{"linkInfo", link_info},
	{"linkPin", link_pin},
	{"linkUnpin", link_unpin},
	{"linkUpdate", link_update},
	{"linkDetach", link_detach},

	{"tcFilterAttach", tc_filter_attach},
	{"tcFilterUpdate", tc_filter_update},
	{"tcFilterInfo", tc_filter_info},

	{"pinKind", pin_kind},

	{"iterCreate", iter_create},
	{"iterRead", iter_read},

	{"probeNames", probe_names},
	{"probeSection", probe_section},
	{"probeProgramType", probe_program_type},
	{"probeMapType", probe_map_type},
	{"probeBtfId", probe_btf_id},
	{"probeLoad", probe_load},
	{"probeAttachRaw", probe_attach_raw},
	{"probeAttachLink", probe_attach_link},
	{"probeAttachPerf", probe_attach_perf},
};

/* A function of libbpf's headers which 1.1 does not export. Without it libbpf asks the kernel what memory is charged to. */
#pragma weak libbpf_set_memlock_rlim

static napi_value dispatch(napi_env env, napi_callback_info info)
{
	struct call call = {.env = env, .argument_count = ARGUMENTS_MAX};
	const struct export *export = NULL;

	if (napi_get_cb_info(env, info, &call.argument_count, call.arguments, NULL, (void **)&export) != napi_ok ||
	    napi_get_instance_data(env, (void **)&call.addon) != napi_ok)
		return NULL;
	call.name = export->name;
	if (export->fn != log_take)
		log_begin(call.addon);
	return export->fn(&call);
}

static void addon_finalize(napi_env env, void *data, void *hint)
{
	(void)env;
	(void)hint;
	free(data);
}

NAPI_MODULE_INIT()
{
	struct addon *addon = calloc(1, sizeof(*addon));
	size_t count = sizeof(exports_table) / sizeof(exports_table[0]);

	if (!addon || napi_set_instance_data(env, addon, addon_finalize, NULL) != napi_ok) {
		free(addon);
		napi_throw_error(env, "ENOMEM", "no memory for the addon's state");
		return NULL;
	}
	log_install();
	/* BPF memory is charged to the cgroup since 5.11; raising the limit needs CAP_SYS_RESOURCE, often missing. */
	if (libbpf_set_memlock_rlim)
		libbpf_set_memlock_rlim(0);
	for (size_t i = 0; i < count; i++) {
		napi_value function;

		if (napi_create_function(env, exports_table[i].name, NAPI_AUTO_LENGTH, dispatch,
					 (void *)&exports_table[i], &function) != napi_ok ||
		    napi_set_named_property(env, exports, exports_table[i].name, function) != napi_ok)
			return NULL;
	}
	return exports;
}
