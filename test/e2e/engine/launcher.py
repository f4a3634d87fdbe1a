"""Starts MiniStack 1.5.33 as the local AWS engine, mended where it is not like AWS and our tests need it to be.

Each patch replaces an exact piece of source text. Another version of MiniStack, or a text that is not there,
is refused: the patches belong to one version, and so does test/e2e/engine-matrix.test.ts.

The engine ends when its standard input does, so it never outlives the process that started it.
Environment, beside MiniStack's own: ANSWER_ORIGIN, where custom resources are told to send their answers;
CREATE_AT_ONCE, so that custom resources are not created one after the other; and SCRATCH, a folder for the log of
all functions and for the answers, which is removed in the end.
"""
import inspect
import json
import os
import shutil
import sys
import threading
import time
import uuid
from importlib.metadata import version

MINISTACK = "1.5.33"
if version("ministack") != MINISTACK:
    sys.exit(f"launcher.py is written for ministack {MINISTACK}, but {version('ministack')} is installed")

from ministack.core import lambda_runtime  # noqa: E402
from ministack.core.responses import get_account_id, get_region  # noqa: E402
from ministack.services import stepfunctions  # noqa: E402
from ministack.services import cloudformation  # noqa: E402,F401  (first: it breaks an import cycle)
from ministack.services import lambda_svc  # noqa: E402
from ministack.services.cloudformation import custom_resource, provisioners, stacks  # noqa: E402

# Nothing is written beside this file, which is in a checkout or in an installed package.
sys.dont_write_bytecode = True
import native_keys  # noqa: E402
sys.dont_write_bytecode = False

# Seconds before Lambda delivers an event again whose function threw. AWS waits one minute, then two.
REDELIVERY_PAUSES = (1, 2)


def replaced_everywhere(name, original, replacement):
    """Other modules may have taken the name with "from … import"."""
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("ministack.") and module.__dict__.get(name) is original:
            setattr(module, name, replacement)


def swapped(source, where, old, new):
    if source.count(old) != 1:
        sys.exit(f"launcher.py: {where} is not what the patch expects:\n{old}")
    return source.replace(old, new)


SOURCES = {}


def patch(module, name, *replacements):
    """Compiles a function again, with pieces of its source replaced."""
    original = getattr(module, name)
    source = SOURCES.get(original) or inspect.getsource(original)
    for old, new in replacements:
        source = swapped(source, f"{module.__name__}.{name}", old, new)
    exec(compile(source, f"<patched {module.__name__}.{name}>", "exec"), module.__dict__)
    SOURCES[getattr(module, name)] = source
    replaced_everywhere(name, original, getattr(module, name))


def answers_go_where_we_say():
    """A test stands in between, to record answers or to refuse them."""
    origin = os.environ.get("ANSWER_ORIGIN")
    if origin:
        custom_resource._gateway_url = lambda: origin


def choices_compare_two_timestamps():
    """Timestamp…Path operators are silently false."""
    patch(stepfunctions, "_evaluate_rule", ("""\
            return a is not None and b is not None and cmp_fn(a, b)
""", """\
            return a is not None and b is not None and cmp_fn(a, b)
        if op + 'Path' in rule:
            a, b = _parse_ts(value), _parse_ts(_resolve_path_or_ctx(rule[op + 'Path'], data, ctx))
            return a is not None and b is not None and cmp_fn(a, b)
"""))


def events_are_delivered_again():
    """A function that throws gets CloudFormation's event again, twice: Lambda retries asynchronous events."""
    custom_resource._REDELIVERY_PAUSES = REDELIVERY_PAUSES
    patch(custom_resource, "invoke_custom_resource", ("""\
        _lambda_svc._execute_function_with_config_scope(exec_record, cfn_event)
""", """\
        for pause in (*_REDELIVERY_PAUSES, None):
            outcome = _lambda_svc._execute_function_with_config_scope(exec_record, cfn_event)
            if not (outcome or {}).get("error") or pause is None or event_obj.wait(pause):
                break
"""))


def failed_creations_are_deleted():
    """The rollback deletes what failed to be created, by the id in the answer or else one that is made up."""
    custom_resource._invented_id = lambda stack, logical_id: f"{stack}-{logical_id}-{uuid.uuid4().hex[:12].upper()}"
    patch(custom_resource, "invoke_custom_resource", ("""\
        raise RuntimeError(result.get("Reason", "Custom resource reported FAILED"))
""", """\
        error = RuntimeError(result.get("Reason", "Custom resource reported FAILED"))
        error.custom_resource_id = result.get("PhysicalResourceId") or _invented_id(stack_name, logical_id)
        raise error
"""), ("""\
        raise TimeoutError(
            f"Custom resource {logical_id!r} timed out after {service_timeout}s "
            "waiting for ResponseURL callback"
        )
""", """\
        error = TimeoutError(
            f"Custom resource {logical_id!r} timed out after {service_timeout}s "
            "waiting for ResponseURL callback"
        )
        error.custom_resource_id = _invented_id(stack_name, logical_id)
        raise error
"""))
    patch(stacks, "_deploy_stack_async", ("""\
            failed_logical_id = logical_id
            if update_attempt is not None:
""", """\
            failed_logical_id = logical_id
            if hasattr(exc, "custom_resource_id") and not prev_resource:
                provisioned_resources[logical_id] = {
                    "PhysicalResourceId": exc.custom_resource_id,
                    "ResourceType": resource_type, "ResourceStatus": "CREATE_FAILED",
                    "ResourceStatusReason": str(exc), "LogicalResourceId": logical_id,
                    "Properties": resolved_props, "Attributes": {}, "Timestamp": now_iso(),
                }
                created_in_this_run.append(logical_id)
            if update_attempt is not None:
"""))


def what_a_failed_deletion_needs_stays():
    """A resource whose deletion failed keeps its function and state machine, so that the next attempt can succeed."""
    patch(stacks, "_delete_stack_async", ("""\
        if not res:
            continue
""", """\
        if not res or logical_id in blocked:
            continue
"""), ("""\
    delete_failures = []
""", """\
    delete_failures = []
    blocked = set()
"""), ("""\
            delete_failures.append(logical_id)
""", """\
            delete_failures.append(logical_id)
            blocked |= _with_dependencies([logical_id], res_defs, set(resources)) - {logical_id}
"""))
    patch(stacks, "_roll_back_operation", ("""\
    for logical_id in reversed([lid for lid in to_delete if lid not in imports]):
        res = provisioned_resources.get(logical_id, {})
""", """\
    blocked = set()
    for logical_id in reversed([lid for lid in to_delete if lid not in imports]):
        if logical_id in blocked:
            continue
        res = provisioned_resources.get(logical_id, {})
"""), ("""\
                "Properties": res_props,
            }
        provisioned_resources.pop(logical_id, None)
""", """\
                "Properties": res_props,
            }
            if not is_update:
                res["ResourceStatus"] = "DELETE_FAILED"
                blocked |= _with_dependencies([logical_id], resources_defs, set(provisioned_resources)) - {logical_id}
                continue
        provisioned_resources.pop(logical_id, None)
"""))


def workers_end_with_their_function():
    """Every deleted function leaves a process of 60 MB behind otherwise."""
    original = provisioners._delete_resource

    def delete_resource(resource_type, physical_id, *args, **kwargs):
        result = original(resource_type, physical_id, *args, **kwargs)
        if resource_type == "AWS::Lambda::Function":
            lambda_svc.invalidate_worker(physical_id, account=get_account_id(), region=get_region())
        return result

    replaced_everywhere("_delete_resource", original, delete_resource)


def workers_of_other_regions_live_on():
    """A new function ends the workers of its namesakes in all Regions, in the middle of a call."""
    original = lambda_svc.invalidate_worker
    lambda_svc.invalidate_worker = lambda name, qualifier=None, account=None, region=None: original(
        name, qualifier=qualifier, account=account or get_account_id(), region=region or get_region())


def errors_keep_their_names():
    """State machines retry by name: of what a handler throws, and of Lambda's own throttling."""
    patch(stepfunctions, "_call_lambda", ("""\
                body.get("errorType", "Lambda.Unknown"),
""", """\
                body.get("errorType") or "Lambda." + body.get("__type", "Unknown"),
"""))
    thrown = 'status: "error", error: String(err.message || err), trace: err.stack || ""'
    script = next(name for name, value in vars(lambda_runtime).items() if isinstance(value, str) and value.count(thrown) == 1)
    setattr(lambda_runtime, script, swapped(
        getattr(lambda_runtime, script), f"lambda_runtime.{script}", thrown, thrown + ', errorType: (err && err.name) || "Error"'))
    patch(lambda_svc, "_execute_function_warm", ("""\
            error_type = "Runtime.HandlerError"
            if _RIE""", """\
            error_type = result.get("errorType") or "Runtime.HandlerError"
            if _RIE"""))


def functions_have_access_keys_of_their_own():
    """If their environment names one: so the requests of one stack's function can be told from those of another's."""
    original = lambda_runtime.execution_credentials

    def execution_credentials(config):
        variables = (config.get("Environment") or {}).get("Variables") or {}
        credentials = original(config)
        return {**credentials, "AWS_ACCESS_KEY_ID": variables.get("TEST_ACCESS_KEY_ID") or credentials["AWS_ACCESS_KEY_ID"]}

    replaced_everywhere("execution_credentials", original, execution_credentials)


def functions_log_to_a_file_too():
    """A stack that is rolled back takes its log group along, with what was to be read there."""
    original = lambda_svc._emit_lambda_logs
    scratch = os.environ.get("SCRATCH")

    def emit_lambda_logs(func, request_id, log_text, *args, **kwargs):
        if scratch and log_text:
            with open(os.path.join(scratch, "functions.log"), "a", encoding="utf-8") as file:
                file.write(log_text.rstrip("\n") + "\n")
        return original(func, request_id, log_text, *args, **kwargs)

    replaced_everywhere("_emit_lambda_logs", original, emit_lambda_logs)


def answers_are_noted():
    """Whoever gives them: CDK's framework reaches the engine whatever ANSWER_ORIGIN says, since it drops the port."""
    original = custom_resource.deliver_response
    scratch = os.environ.get("SCRATCH")

    def deliver_response(token, response):
        if scratch:
            with open(os.path.join(scratch, "answers.jsonl"), "a", encoding="utf-8") as file:
                file.write(json.dumps({"time": time.time() * 1000, "answer": response}) + "\n")
        return original(token, response)

    replaced_everywhere("deliver_response", original, deliver_response)


def creations_begin_at_once():
    """Like AWS, of all custom resources that wait for no other resource. Should one fail, those that were begun come to
    their end before the rollback (AWS gives them up)."""
    if not os.environ.get("CREATE_AT_ONCE"):
        return
    patch(stacks, "_deploy_stack_async", ("""\
    stack.pop("_cancel_token", None)

    for logical_id in ordered:
""", """\
    stack.pop("_cancel_token", None)
    begun = {}

    for logical_id in ordered:
        if failed and logical_id not in begun:
            continue
"""), ("""\
                elif _runs_on_worker_thread(resource_type):
                    (physical_id, attrs), name_seed = await run_reentrant(
                        _provision_keeping_seed, resource_type, logical_id, new_tagged, stack_name
                    )
""", """\
                elif _runs_on_worker_thread(resource_type):
                    for other in ordered:
                        definition = resources_defs[other]
                        if (other in begun or other in provisioned_resources or not _runs_on_worker_thread(definition["Type"])
                                or failed or set(_extract_deps(definition, set(ordered))) - set(provisioned_resources)):
                            continue
                        begun[other] = asyncio.ensure_future(run_reentrant(
                            _provision_keeping_seed, definition["Type"], other,
                            _with_stack_tags(definition["Type"], _resolve_refs(
                                copy.deepcopy(definition.get("Properties", {})), provisioned_resources, param_values,
                                conditions, mappings, stack_name, stack_id), stack_tags, stack_name, stack_id, other),
                            stack_name))
                    (physical_id, attrs), name_seed = await begun[logical_id]
"""), ("""\
                        "PhysicalResourceId", logical_id),
                    None, None, None)
            break
""", """\
                        "PhysicalResourceId", logical_id),
                    None, None, None)
            continue
"""))


def native_keys_are_known():
    """Where there is an emulator to make them in. They wait for it, so they run beside the engine's other work."""
    if not native_keys.ENDPOINT:
        return
    provisioners._RESOURCE_HANDLERS.update(native_keys.HANDLERS)
    original = stacks._runs_on_worker_thread
    replaced_everywhere("_runs_on_worker_thread", original, lambda resource_type: resource_type in native_keys.HANDLERS or original(resource_type))


def end_with_standard_input():
    """Whatever becomes of the process that started the engine, nothing is left behind."""
    def watch():
        sys.stdin.buffer.read()
        lambda_runtime.reset()
        scratch = os.environ.get("SCRATCH")
        if scratch:
            shutil.rmtree(scratch, ignore_errors=True)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


PATCHES = (
    answers_go_where_we_say,
    choices_compare_two_timestamps,
    events_are_delivered_again,
    failed_creations_are_deleted,
    what_a_failed_deletion_needs_stays,
    workers_end_with_their_function,
    workers_of_other_regions_live_on,
    errors_keep_their_names,
    functions_have_access_keys_of_their_own,
    functions_log_to_a_file_too,
    answers_are_noted,
    creations_begin_at_once,
    native_keys_are_known,
)

for apply in PATCHES:
    apply()
end_with_standard_input()

from ministack.app import main  # noqa: E402

main()
